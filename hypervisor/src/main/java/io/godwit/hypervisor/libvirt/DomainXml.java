package io.godwit.hypervisor.libvirt;

import io.godwit.hypervisor.libvirt.DomainInfo.Nic;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** libvirt's description of a domain (https://libvirt.org/formatdomain.html). */
public final class DomainXml {
    private DomainXml() {}

    /** Its network cards that have a MAC. Throws {@link IllegalArgumentException} when it is no XML. */
    public static List<Nic> nics(String xml) {
        List<Nic> nics = new ArrayList<>();
        NodeList interfaces = parse(xml).getElementsByTagName("interface");
        for (int i = 0; i < interfaces.getLength(); i++) {
            if (interfaces.item(i) instanceof Element card) {
                String mac = attribute(card, "mac", "address").toLowerCase(Locale.ROOT);
                if (!mac.isEmpty()) {
                    nics.add(new Nic(mac, attribute(card, "target", "dev")));
                }
            }
        }
        return nics;
    }

    private static Element parse(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new InputSource(new StringReader(xml))).getDocumentElement();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        } catch (SAXException | IOException e) {
            throw new IllegalArgumentException("the domain's description is no XML: " + e.getMessage(), e);
        }
    }

    private static String attribute(Element parent, String child, String name) {
        return parent.getElementsByTagName(child).item(0) instanceof Element element ? element.getAttribute(name) : "";
    }
}
