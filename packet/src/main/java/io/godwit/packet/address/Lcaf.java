package io.godwit.packet.address;

/**
 * AFI 16387, LISP Canonical Address Format (RFC 8060 section 3).
 *
 * <pre>
 * |           AFI = 16387         |     Rsvd1     |     Flags     |
 * |    Type       |     Rsvd2     |            Length             |
 * </pre>
 */
public sealed interface Lcaf extends LispAddress
        permits NullLcaf,
                AfiList,
                InstanceIdAddress,
                AsNumberAddress,
                ApplicationData,
                GeoCoordinates,
                OpaqueKey,
                NatTraversal,
                NonceLocator,
                MulticastInfo,
                ExplicitLocatorPath,
                SecurityKey,
                SourceDestination,
                ReplicationList,
                JsonAddress,
                KeyValueAddress,
                EncapsulationFormat,
                ServicePath,
                VendorLcaf {}
