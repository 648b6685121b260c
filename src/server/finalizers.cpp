// SPDX-License-Identifier: Apache-2.0
#include "server/finalizers.hpp"

#include "base/contains.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::server {

namespace {

constexpr std::string_view orphan = "orphan";
constexpr std::string_view foreground = "foregroundDeletion";

}  // namespace

api::Issues new_finalizers(const api::ObjectMeta& now, const api::ObjectMeta& before) {
    if (!before.deletionTimestamp) return {};
    std::vector<std::string> added;
    for (const std::string& finalizer : now.finalizers) {
        if (!contains(before.finalizers, finalizer)) added.push_back(api::quote(finalizer));
    }
    if (added.empty()) return {};
    return {api::issue::forbidden("metadata.finalizers",
                                  fmt::format("no new finalizers can be added if the object is being "
                                              "deleted, found new finalizers []string{{{}}}",
                                              fmt::join(added, ", ")))};
}

bool set_propagation(api::ObjectMeta& metadata, std::optional<DeleteOptions::Propagation> wish) {
    if (!wish) return false;
    const std::vector<std::string> before = metadata.finalizers;
    std::erase_if(metadata.finalizers, [](const std::string& finalizer) {
        return finalizer == orphan || finalizer == foreground;
    });
    if (*wish == DeleteOptions::Propagation::orphan) metadata.finalizers.emplace_back(orphan);
    if (*wish == DeleteOptions::Propagation::foreground) metadata.finalizers.emplace_back(foreground);
    return metadata.finalizers != before;
}

bool has_spec_finalizers(const kinds::Kind& kind, void* object) {
    if (kind.resource() != "namespaces") return false;
    const api::Node content = encode(kind, object);
    const api::Node* spec = content.find("spec");
    const api::Node* finalizers = spec == nullptr ? nullptr : spec->find("finalizers");
    return finalizers != nullptr && finalizers->as_array() != nullptr && !finalizers->as_array()->empty();
}

}  // namespace hooklet::server
