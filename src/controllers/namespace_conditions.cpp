// SPDX-License-Identifier: Apache-2.0
#include "controllers/namespace_conditions.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

struct Wording {
    bool holds;
    const char* type;
    const char* reason;
    std::string message;
};

std::string counted(const std::map<std::string, int>& counts, const char* between) {
    std::vector<std::string> parts;
    for (const auto& [what, count] : counts) {
        parts.push_back(fmt::format("{} {} {} resource instances", what, between, count));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<Wording> wordings(const NamespaceRemains& remains) {
    std::vector<std::string> failures = remains.failures;
    std::ranges::sort(failures);
    std::vector<Wording> all{
        {false, "NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered",
         "All resources successfully discovered"},
        {false, "NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions",
         "All legacy kube types successfully parsed"},
        {false, "NamespaceDeletionContentFailure", "ContentDeleted",
         "All content successfully deleted, may be waiting on finalization"},
        {false, "NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"},
        {false, "NamespaceFinalizersRemaining", "ContentHasNoFinalizers",
         "All content-preserving finalizers finished"}};
    if (!failures.empty()) {
        all[2] = {true, all[2].type, "ContentDeletionFailed",
                  fmt::format("Failed to delete all resource types, {} remaining: {}", failures.size(),
                              fmt::join(failures, ", "))};
    }
    if (!remains.objects.empty()) {
        all[3] = {true, all[3].type, "SomeResourcesRemain",
                  "Some resources are remaining: " + counted(remains.objects, "has")};
    }
    if (!remains.finalizers.empty()) {
        all[4] = {
            true, all[4].type, "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: " + counted(remains.finalizers, "in")};
    }
    return all;
}

}  // namespace

bool set_conditions(api::NamespaceStatus& status, const NamespaceRemains& remains, WallTime now) {
    bool changed = false;
    for (const Wording& wording : wordings(remains)) {
        auto found = std::ranges::find(status.conditions, wording.type, &api::NamespaceCondition::type);
        if (found == status.conditions.end()) found = status.conditions.emplace(found);
        api::NamespaceCondition& it = *found;
        const std::string value = wording.holds ? "True" : "False";
        if (it.status == value && it.reason == wording.reason && it.message == wording.message) continue;
        if (it.status != value) it.lastTransitionTime = now;
        it.type = wording.type;
        it.status = value;
        it.reason = wording.reason;
        it.message = wording.message;
        changed = true;
    }
    return changed;
}

}  // namespace hooklet
