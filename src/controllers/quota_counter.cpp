// SPDX-License-Identifier: Apache-2.0
#include "controllers/quota_counter.hpp"

#include "admission/quota.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace hooklet {

QuotaCounter::QuotaCounter(Api* api, Clock* clock, Executor executor, Inventory* inventory)
    : api_(api),
      clock_(clock),
      quotas_(api, clock, executor, {{"", "v1", "resourcequotas"}}),
      loop_(clock, executor, [this](CancelToken cancel) { return count_all(std::move(cancel)); }) {
    quotas_.listen([this](const auto&, const auto&) { loop_.poke(); });
    inventory->listen(
        [this](const Item& item, bool) {
            if (has_quota(item.metadata->namespace_)) loop_.poke();
        },
        [this] { loop_.poke(); });
}

void QuotaCounter::start() {
    loop_.start();
    quotas_.start();
}

Task<void> QuotaCounter::stop() {
    co_await quotas_.stop();
    co_await loop_.stop();
}

bool QuotaCounter::has_quota(const std::string& namespace_) const {
    const auto first = quotas_.objects().lower_bound({namespace_, ""});
    return first != quotas_.objects().end() && first->first.namespace_ == namespace_;
}

Task<Status> QuotaCounter::count_all(CancelToken cancel) {
    std::vector<Object> quotas;
    for (const auto& [name, quota] : quotas_.objects()) quotas.push_back(quota);
    Status all;
    for (const Object& quota : quotas) {
        const Status one = co_await count(quota, clock_->call_within(longest_request, cancel));
        if (!one && one.error().code != Code::not_found) all = one;
    }
    co_return all;
}

Task<Status> QuotaCounter::count(Object quota, Call call) {
    std::set<std::string> bounds;
    for (const auto& [name, most] : quota->spec.hard) bounds.insert(name);
    const auto used = co_await admission::quota_used(api_, *quota, std::move(bounds), call);
    if (!used) co_return std::unexpected(used.error());
    if (quota->status.hard == quota->spec.hard && quota->status.used == *used) co_return Status{};
    api::ResourceQuota counted = *quota;
    counted.kind = "ResourceQuota";
    counted.apiVersion = "v1";
    counted.status.hard = counted.spec.hard;
    counted.status.used = *used;
    const ApiPath path{"",      "v1", "resourcequotas", quota->metadata.namespace_, quota->metadata.name,
                       "status"};
    const auto written = co_await api_->update(path, api::encode(counted), call);
    if (!written) co_return std::unexpected(written.error());
    co_return Status{};
}

}  // namespace hooklet
