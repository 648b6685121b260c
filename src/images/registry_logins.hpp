// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/container_runtime.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// What is sent to the registries that `registry` names: `host[:port][/path]`, where parts of the host may
/// have the wildcards `*` and `?`.
struct RegistryLogin {
    std::string registry;
    cri::AuthConfig login;
    bool operator==(const RegistryLogin&) const = default;
};

/// The logins in a Secret of type kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg (lifecycle spec
/// 1.1); of other types none. Fails with Code::invalid when its content is no such file.
Result<std::vector<RegistryLogin>> read_logins(const api::Secret& secret);

/// Those that suit the image, the longest registry first.
std::vector<cri::AuthConfig> logins_for(std::string_view image, std::vector<RegistryLogin> logins);

}  // namespace hooklet
