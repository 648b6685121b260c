// SPDX-License-Identifier: Apache-2.0
#include "admission/quota.hpp"

#include "informer/document.hpp"
#include "kinds/kind.hpp"

#include <utility>
#include <vector>

namespace hooklet::admission {

namespace {

using api::ResourceList;

/// Adds what the object of this resource counts for.
void add_object(ResourceList& used, const api::ResourceQuotaSpec& quota, const std::string& resource,
                const api::Node& document) {
    Counted object{resource};
    api::Pod pod;
    api::Service service;
    if (resource == "pods") {
        pod = read_as<api::Pod>(document);
        object.pod = &pod;
    } else if (resource == "services") {
        service = read_as<api::Service>(document);
        object.service = &service;
    }
    if (!applies_to(quota, object)) return;
    for (const auto& [name, amount] : usage_of(object)) {
        if (const auto bound = used.find(name); bound != used.end()) bound->second = bound->second + amount;
    }
}

}  // namespace

Task<Result<ResourceList>> quota_used(Api* api, api::ResourceQuota quota, std::set<std::string> bounds,
                                      Call call) {
    ResourceList used;
    std::set<std::string> resources;
    for (const std::string& bound : bounds) {
        used[bound] = {};
        resources.insert(resource_behind(bound));
    }
    for (const std::string& resource : resources) {
        const kinds::Kind* kind = kinds::find(resource);
        if (kind == nullptr || !kind->namespaced || kind->computed) continue;
        const ApiSelection all{{kind->group, kind->version, kind->plural, quota.metadata.namespace_}};
        const auto list = co_await api->list(all, call);
        if (!list) co_return std::unexpected(list.error());
        for (const api::Node& document : list->items) add_object(used, quota.spec, resource, document);
    }
    co_return used;
}

Task<Result<std::vector<api::ResourceQuota>>> QuotaGuard::concerned(std::string namespace_, Counted object,
                                                                    ResourceList before, Call call) {
    const ApiSelection all{{"", "v1", "resourcequotas", namespace_}};
    const auto list = co_await api_->list(all, call);
    if (!list) co_return std::unexpected(list.error());
    std::vector<api::ResourceQuota> found;
    for (const api::Node& document : list->items) {
        auto quota = read_as<api::ResourceQuota>(document);
        const bool grows = !growth_in(quota.spec, object, before).empty();
        if (grows && applies_to(quota.spec, object)) found.push_back(std::move(quota));
    }
    co_return found;
}

Task<Verdict<>> QuotaGuard::check(ApiPath path, api::ResourceQuota quota, Counted object, ResourceList before,
                                  Call call) {
    std::set<std::string> bounds;
    for (const auto& [name, more] : growth_in(quota.spec, object, before)) bounds.insert(name);
    const auto used = co_await quota_used(api_, quota, std::move(bounds), call);
    if (!used) co_return std::unexpected(failed(used.error()));
    const Checked fits = fits_quota(quota, *used, object, before);
    if (!fits) co_return std::unexpected(forbidden(path, fits.error()));
    co_return Verdict<>{};
}

Task<Verdict<Ticket>> QuotaGuard::admit(ApiPath path, Counted object, ResourceList before, Call call) {
    const auto quotas = co_await concerned(path.namespace_, object, before, call);
    if (!quotas) co_return std::unexpected(failed(quotas.error()));
    if (quotas->empty()) co_return Ticket{};
    if (!co_await turns_.enter(call.cancel)) co_return std::unexpected(failed(call.cancel.reason()));
    Ticket ticket(this, [](QuotaGuard* guard) { guard->turns_.leave(); });
    for (const api::ResourceQuota& quota : *quotas) {
        auto verdict = co_await check(path, quota, object, before, call);
        if (!verdict) co_return std::unexpected(std::move(verdict.error()));
    }
    co_return ticket;
}

}  // namespace hooklet::admission
