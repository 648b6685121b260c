// SPDX-License-Identifier: Apache-2.0
#include "pods/kept_object.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "pods/names.hpp"

namespace hooklet {

std::optional<api::Pod> kept_object(FileSystem* files, const std::string& pods_directory,
                                    const std::string& uid) {
    const auto text = files->read_tail(object_file(pods_directory, uid), api::ParseLimits{}.bytes);
    if (!text) return std::nullopt;
    const auto document = api::parse_json(*text);
    if (!document) return std::nullopt;
    api::Issues issues;
    auto pod = api::decode<api::Pod>(*document, issues);
    if (!issues.empty() || pod.metadata.uid != uid) return std::nullopt;
    return pod;
}

}  // namespace hooklet
