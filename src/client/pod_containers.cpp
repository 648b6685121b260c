// SPDX-License-Identifier: Apache-2.0
#include "client/pod_containers.hpp"

#include "client/document.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::client {

namespace {

struct Role {
    std::string_view list;
    std::string_view mark;
};
constexpr std::array<Role, 3> roles{
    {{"spec.containers", ""}, {"spec.ephemeralContainers", " (ephem)"}, {"spec.initContainers", " (init)"}}};

}  // namespace

DefaultContainer default_container(const api::Node& pod) {
    std::vector<std::string> all;
    for (const Role& role : roles) {
        for (const api::Node& container : items(pod, role.list))
            all.push_back(text_at(container, "name") + std::string(role.mark));
    }
    DefaultContainer chosen;
    const api::Node* annotations = find(pod, "metadata.annotations");
    const api::Node* annotated =
        annotations == nullptr ? nullptr : annotations->find("kubectl.kubernetes.io/default-container");
    if (annotated != nullptr && std::ranges::find(all, shown(*annotated)) != all.end()) {
        chosen.name = shown(*annotated);
        return chosen;
    }
    if (!all.empty()) chosen.name = all.front();
    if (all.size() > 1)
        chosen.note = fmt::format("Defaulted container \"{}\" out of: {}", chosen.name, fmt::join(all, ", "));
    return chosen;
}

std::vector<std::string> container_names(const api::Node& pod) {
    std::vector<std::string> names;
    for (const char* list : {"spec.initContainers", "spec.containers", "spec.ephemeralContainers"}) {
        for (const api::Node& container : items(pod, list)) names.push_back(text_at(container, "name"));
    }
    return names;
}

std::string pod_name(const std::string& text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos) return text;
    const std::string type = text.substr(0, slash);
    constexpr std::array<std::string_view, 3> words{"pod", "pods", "po"};
    return std::ranges::find(words, type) == words.end() ? "" : text.substr(slash + 1);
}

}  // namespace hooklet::client
