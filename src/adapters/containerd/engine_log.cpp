// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/engine_log.hpp"

namespace hooklet::containerd {

std::string why_without_cri(std::string_view log_end) {
    constexpr std::string_view line = "failed to load plugin io.containerd.grpc.v1.cri\"";
    constexpr std::string_view key = " error=\"";
    const std::size_t at = log_end.rfind(line);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = log_end.substr(at + line.size());
    if (!rest.starts_with(key)) return {};
    std::string why;
    for (std::size_t i = key.size(); i < rest.size() && rest[i] != '"'; ++i) {
        if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
        why += rest[i];
    }
    return why;
}

}  // namespace hooklet::containerd
