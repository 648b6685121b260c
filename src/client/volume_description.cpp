// SPDX-License-Identifier: Apache-2.0
#include "client/volume_description.hpp"

#include "client/document.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

using api::Node;

std::string optional_of(const Node& source) {
    const Node* optional = source.find("optional");
    return optional == nullptr ? "false" : shown(*optional);
}

/// A source that is known: its name in the spec, what it is, and which of its fields matter.
struct Source {
    std::string_view member;
    std::string_view meaning;
    std::array<std::pair<std::string_view, std::string_view>, 2> fields;
};

constexpr std::array<Source, 8> sources{{
    {"emptyDir",
     "EmptyDir (a temporary directory that shares a pod's lifetime)",
     {{{"Medium", "medium"}, {"SizeLimit", "sizeLimit"}}}},
    {"hostPath", "HostPath (bare host directory volume)", {{{"Path", "path"}, {"HostPathType", "type"}}}},
    {"configMap",
     "ConfigMap (a volume populated by a ConfigMap)",
     {{{"Name", "name"}, {"Optional", "optional"}}}},
    {"secret",
     "Secret (a volume populated by a Secret)",
     {{{"SecretName", "secretName"}, {"Optional", "optional"}}}},
    {"downwardAPI", "DownwardAPI (a volume populated by information about the pod)", {}},
    {"persistentVolumeClaim",
     "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
     {{{"ClaimName", "claimName"}, {"ReadOnly", "readOnly"}}}},
    {"image",
     "Image (a container image or OCI artifact)",
     {{{"Reference", "reference"}, {"PullPolicy", "pullPolicy"}}}},
    {"nfs",
     "NFS (an NFS mount that lasts the lifetime of a pod)",
     {{{"Server", "server"}, {"Path", "path"}}}},
}};

std::string field_text(const Node& source, std::string_view member) {
    if (member == "optional") return optional_of(source);
    const Node* value = source.find(member);
    if (value != nullptr) return shown(*value);
    return member == "sizeLimit" ? "<unset>" : member == "readOnly" ? "false" : "";
}

void add_projected(Page& page, const Node& projected) {
    page.field(2, "Type", "Projected (a volume that contains injected data from multiple sources)");
    for (const Node& source : items(projected, "sources")) {
        if (const Node* token = source.find("serviceAccountToken")) {
            const Node* seconds = token->find("expirationSeconds");
            page.field(2, "TokenExpirationSeconds", seconds == nullptr ? "<none>" : shown(*seconds));
        }
        for (const auto& [member, name] : {std::pair{"configMap", "ConfigMap"}, {"secret", "Secret"}}) {
            const Node* from = source.find(member);
            if (from == nullptr) continue;
            page.field(2, fmt::format("{}Name", name), text_at(*from, "name"));
            page.field(2, fmt::format("{}Optional", name), optional_of(*from));
        }
        if (source.find("downwardAPI") != nullptr) page.field(2, "DownwardAPI", "true");
    }
}

void add_volume(Page& page, const Node& volume) {
    page.line(1, fmt::format("{}:", text_at(volume, "name")));
    if (const Node* projected = volume.find("projected")) return add_projected(page, *projected);
    const auto known = std::ranges::find_if(
        sources, [&volume](const Source& source) { return volume.find(source.member) != nullptr; });
    if (known == sources.end()) {
        for (const api::Member& member : *volume.as_object()) {
            if (member.key != "name") page.field(2, "Type", member.key);
        }
        return;
    }
    page.field(2, "Type", known->meaning);
    for (const auto& [name, member] : known->fields) {
        if (!name.empty()) page.field(2, name, field_text(*volume.find(known->member), member));
    }
}

}  // namespace

void add_volumes(Page& page, const Node::Array& volumes) {
    if (volumes.empty()) return page.field(0, "Volumes", "<none>");
    page.line(0, "Volumes:");
    for (const Node& volume : volumes) add_volume(page, volume);
}

}  // namespace hooklet::client
