// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/config.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace hooklet::containerd {

namespace {

/// A TOML basic string.
std::string quote(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

// The plugins left out serve other clients, need kernel modules, or write outside the root.
constexpr std::string_view config_template = R"(version = 2
root = {root}
state = {state}
oom_score = 0
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.restart",
  "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.nri.v1.nri",
]

[grpc]
  address = {address}
  max_recv_message_size = 41943040
  max_send_message_size = 41943040

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = {pause}
  restrict_oom_score_adj = {restrict_oom}
  disable_tcp_service = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  max_container_log_line_size = 16384
  netns_mounts_under_state_dir = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = {cni_bin}
  conf_dir = {cni_conf}

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = {snapshotter}
  default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  BinaryName = "runc"
  Root = {runc}
  SystemdCgroup = false
)";

}  // namespace

std::string containerd_config(const Settings& settings) {
    const Layout& layout = settings.layout;
    return fmt::format(
        config_template, fmt::arg("root", quote(layout.data())), fmt::arg("state", quote(layout.run())),
        fmt::arg("address", quote(layout.socket())), fmt::arg("pause", quote(settings.pause_image)),
        fmt::arg("restrict_oom", !settings.may_lower_oom_score),
        fmt::arg("cni_bin", quote(settings.cni_plugins)), fmt::arg("cni_conf", quote(layout.cni_config())),
        fmt::arg("snapshotter", quote(settings.overlayfs ? "overlayfs" : "native")),
        fmt::arg("runc", quote(layout.runc())));
}

std::string cni_conflist(const Layout& layout, std::string_view bridge, const Subnet& subnet) {
    using boost::json::array;
    using boost::json::object;
    const array ranges{array{object{{"subnet", subnet.text()}}}};
    const array routes{object{{"dst", "0.0.0.0/0"}}};
    const object ipam{
        {"type", "host-local"}, {"dataDir", layout.addresses()}, {"ranges", ranges}, {"routes", routes}};
    const object bridge_plugin{{"type", "bridge"}, {"bridge", bridge},    {"isGateway", true},
                               {"ipMasq", true},   {"hairpinMode", true}, {"ipam", ipam}};
    const object portmap{{"type", "portmap"}, {"capabilities", object{{"portMappings", true}}}};
    return boost::json::serialize(
        object{{"cniVersion", "0.4.0"}, {"name", bridge}, {"plugins", array{bridge_plugin, portmap}}});
}

std::string bridge_name(std::string_view root) {
    return fmt::format("hkl{:08x}", static_cast<std::uint32_t>(root_hash(root)));
}

}  // namespace hooklet::containerd
