package io.godwit.lab.migrate;

import io.godwit.lab.demo.Guests;
import io.godwit.lab.demo.Topology;

/** The guest as libvirt is told of it. */
final class DomainDescription {
    static final String NAME = "web-1";
    /** In libvirt's {@code /run/libvirt}. */
    static final String MONITOR = NAME + ".lab";

    static final String SERIAL = NAME + ".serial";

    private DomainDescription() {}

    static String xml(GuestImage image, int packetsPerSecond) {
        return """
            <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
              <name>%s</name>
              <memory unit='MiB'>96</memory>
              <os>
                <type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type>
                <kernel>%s</kernel>
                <initrd>%s</initrd>
                <cmdline>%s</cmdline>
              </os>
              <features><acpi/><apic/></features>
              <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>
              <on_reboot>destroy</on_reboot>
              <devices>
                <emulator>/usr/bin/qemu-system-x86_64</emulator>
                <controller type='usb' model='none'/>
                <serial type='file'><source path='/run/libvirt/%s'/></serial>
                <interface type='bridge'>
                  <mac address='%s'/>
                  <source bridge='%s'/>
                  <target dev='%s'/>
                  <model type='virtio'/>
                  <rom enabled='no'/>
                </interface>
                <memballoon model='none'/>
              </devices>
              <qemu:commandline>
                <qemu:arg value='-qmp'/><qemu:arg value='unix:/run/libvirt/%s,server=on,wait=off'/>
              </qemu:commandline>
            </domain>
            """.formatted(
                        NAME,
                        image.kernel(),
                        image.initrd(),
                        GuestImage.commandLine(packetsPerSecond),
                        SERIAL,
                        Guests.VM.mac(),
                        Topology.VM_BRIDGE,
                        Topology.TAP,
                        MONITOR);
    }
}
