# What the launchers of bench/ and lab/ share. Sourced, not run.
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

die() { echo "$*" >&2; exit 1; }

# A JDK 25 or newer: JAVA_HOME, java on the PATH, then the usual places.
find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v java || true)")")")" \
      /usr/lib/jvm/* /opt/jdk* /opt/java* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    if [ -x "$home/bin/javac" ] && [ -r "$home/release" ] \
        && [ "$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")" -ge 25 ] 2>/dev/null; then
      echo "$home"
      return
    fi
  done
  die "no JDK 25 found: install one (for example Temurin 25, https://adoptium.net) or point JAVA_HOME at it"
}

# Installs the Debian packages whose command is missing: need_packages tcpdump=tcpdump ping=iputils-ping ...
need_packages() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || [ -e "${pair%%=*}" ] || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "missing Debian packages: run as root, or apt-get install ${missing[*]}"
  command -v apt-get >/dev/null || die "missing and no apt-get here to install them: ${missing[*]}"
  echo "installing ${missing[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  { apt-get install -y --no-install-recommends "${missing[@]}" || {
      apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; }; } >/tmp/godwit-apt.$$ 2>&1 \
    || { tail -5 /tmp/godwit-apt.$$ >&2; rm -f /tmp/godwit-apt.$$; die "apt-get could not install ${missing[*]}"; }
  rm -f /tmp/godwit-apt.$$
}

# What the labs run: ip, ping, tcpdump, tshark, ethtool, libpcap, Maven.
need_lab_packages() {
  local pcap=(/usr/lib/*/libpcap.so.0.8)
  need_packages ip=iproute2 ping=iputils-ping tcpdump=tcpdump tshark=tshark ethtool=ethtool mvn=maven git=git \
    "${pcap[0]}"=libpcap0.8
}

# What lab/migrate needs besides: QEMU, and what lab/guest/build makes its guest with.
need_guest_packages() {
  need_packages qemu-system-x86_64=qemu-system-x86 busybox=busybox-static lz4=lz4 gcc=gcc cpio=cpio \
    /usr/include/stdlib.h=libc6-dev
}

# What lab/migrate --trigger libvirt needs besides. These packages start no service; the one that does, libvirt-daemon-system, is not among them.
need_libvirt_packages() {
  need_packages /usr/sbin/libvirtd=libvirt-daemon virsh=libvirt-clients \
    "$(echo /usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so)"=libvirt-daemon-driver-qemu
}

# Builds what is missing or older than its sources. GODWIT_NO_BUILD=1: the caller (Maven itself) has built.
build_if_needed() {
  [ -z "${GODWIT_NO_BUILD:-}" ] || return 0
  local stamp=$root/lab/target/built
  # "mvn test" leaves class paths without the jars that daemons are started from.
  if [ -e "$stamp" ] && ! grep -qs /target/classes "$root"/{xtr,map-server,map-resolver,hypervisor}/target/classpath \
    && [ -z "$(find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main -newer "$stamp" -print -quit)" ]; then
    return
  fi
  find_jdk >/dev/null
  need_packages mvn=maven
  echo "building (the first time takes some minutes) ..."
  (cd "$root" && mvn -q -DskipTests package) || die "the build failed: mvn -DskipTests package says why"
  touch "$stamp"
}

# Daemons that start as an operator's do: with what "godwit train" keeps of this build.
train_if_needed() {
  local role missing=()
  for role in xtr map-server map-resolver hypervisor; do
    [ "$root/$role/target/$role.aot" -nt "$root/$role/target/classpath" ] || missing+=("$role")
  done
  [ ${#missing[@]} = 0 ] || "$root/cli/godwit" train "${missing[@]}"
}

# run_java MODULE CLASS ARGUMENTS...: with the module's run-time class path.
run_java() {
  local module=$1 class=$2
  shift 2
  local jdk
  jdk=$(find_jdk)
  exec "$jdk/bin/java" -Dgodwit.root="$root" --enable-native-access=ALL-UNNAMED --add-exports java.base/jdk.internal.misc=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow ${GODWIT_JAVA_OPTIONS:-} \
    -cp "$root/$module/target/classes:$(cat "$root/$module/target/classpath")" "$class" "$@"
}
