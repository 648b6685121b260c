// SPDX-License-Identifier: Apache-2.0
// Devices that were claimed for a Pod, and which container uses which.
#include "api/codec.hpp"
#include "api/json.hpp"
#include "api/validation/parts.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::api {

namespace {

/// Says what of a claim was named before: all of it, or this request. "" when nothing was.
std::string named_before(const ResourceClaim& claim, const std::set<std::string>& seen) {
    if (seen.contains(claim.name)) return claim.name;
    if (!claim.request.empty()) {
        const std::string request = claim.name + "/" + claim.request;
        return seen.contains(request) ? request : "";
    }
    const auto part = seen.lower_bound(claim.name + "/");
    return part != seen.end() && part->starts_with(claim.name + "/") ? claim.name : "";
}

std::string unknown_claim(const std::vector<PodResourceClaim>& claims) {
    std::set<std::string> names;
    for (const PodResourceClaim& claim : claims) names.insert(claim.name);
    const std::string text = "must be one of the names in pod.spec.resourceClaims";
    return names.empty() ? text + " which is empty" : fmt::format("{}: {}", text, fmt::join(names, ", "));
}

}  // namespace

void check_claims(const std::vector<PodResourceClaim>& claims, const std::string& path, Issues& issues) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        const PodResourceClaim& claim = claims[i];
        const std::string claim_path = at(path, i);
        if (!claim.name.empty() && !names.insert(claim.name).second)
            issues.push_back(issue::duplicate(claim_path + ".name", claim.name));
        const bool by_name = claim.resourceClaimName.has_value();
        if (by_name != claim.resourceClaimTemplateName.has_value()) continue;
        issues.push_back(issue::invalid_raw(
            claim_path, write_json(encode(claim)),
            by_name ? "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
                    : "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"));
    }
}

void check_used_claims(const std::vector<ResourceClaim>& used, const std::vector<PodResourceClaim>& claims,
                       const std::string& path, Issues& issues) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < used.size(); ++i) {
        const ResourceClaim& claim = used[i];
        if (claim.name.empty()) {
            issues.push_back(issue::required(at(path, i)));
            continue;
        }
        if (const std::string before = named_before(claim, seen); !before.empty())
            issues.push_back(issue::duplicate(at(path, i), before));
        seen.insert(claim.request.empty() ? claim.name : claim.name + "/" + claim.request);
        if (std::ranges::find(claims, claim.name, &PodResourceClaim::name) == claims.end())
            issues.push_back(issue::not_found(at(path, i), claim.name, unknown_claim(claims)));
    }
}

}  // namespace hooklet::api
