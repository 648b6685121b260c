// SPDX-License-Identifier: Apache-2.0
#include "controllers/namespace_furnisher.hpp"

#include <vector>

namespace hooklet {

namespace {

constexpr const char* account_name = "default";
constexpr const char* certificates_name = "kube-root-ca.crt";
constexpr const char* certificates_key = "ca.crt";

ApiSelection named(const char* resource, const char* name) {
    return {{"", "v1", resource}, "", std::string("metadata.name=") + name};
}

api::Node account_in(const std::string& namespace_) {
    api::ServiceAccount account;
    account.kind = "ServiceAccount";
    account.apiVersion = "v1";
    account.metadata.namespace_ = namespace_;
    account.metadata.name = account_name;
    return api::encode(account);
}

api::ConfigMap certificates_in(const std::string& namespace_, const std::string& pem) {
    api::ConfigMap map;
    map.kind = "ConfigMap";
    map.apiVersion = "v1";
    map.metadata.namespace_ = namespace_;
    map.metadata.name = certificates_name;
    map.metadata.annotations["kubernetes.io/description"] =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints "
        "such "
        "as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across "
        "distributions of Kubernetes clusters.";
    map.data[certificates_key] = pem;
    return map;
}

/// Somebody was faster, or the namespace has gone meanwhile.
Status settled(const Result<api::Node>& written) {
    if (written) return {};
    const Code code = written.error().code;
    if (code == Code::already_exists || code == Code::not_found) return {};
    return std::unexpected(written.error());
}

}  // namespace

NamespaceFurnisher::NamespaceFurnisher(Api* api, Clock* clock, Executor executor, std::string ca_certificates)
    : api_(api),
      clock_(clock),
      ca_certificates_(std::move(ca_certificates)),
      namespaces_(api, clock, executor, {{"", "v1", "namespaces"}}),
      accounts_(api, clock, executor, named("serviceaccounts", account_name)),
      certificates_(api, clock, executor, named("configmaps", certificates_name)),
      loop_(clock, executor, [this](CancelToken cancel) { return furnish_all(std::move(cancel)); }) {
    const auto poke = [this](const auto&, const auto&) { loop_.poke(); };
    const auto synced = [this] { loop_.poke(); };
    namespaces_.listen(poke, synced);
    accounts_.listen(poke, synced);
    certificates_.listen(poke, synced);
}

void NamespaceFurnisher::start() {
    loop_.start();
    namespaces_.start();
    accounts_.start();
    certificates_.start();
}

Task<void> NamespaceFurnisher::stop() {
    co_await namespaces_.stop();
    co_await accounts_.stop();
    co_await certificates_.stop();
    co_await loop_.stop();
}

Task<Status> NamespaceFurnisher::furnish_all(CancelToken cancel) {
    if (!namespaces_.synced() || !accounts_.synced() || !certificates_.synced()) co_return Status{};
    std::vector<std::string> names;
    for (const auto& [name, it] : namespaces_.objects()) {
        if (!it->metadata.deletionTimestamp) names.push_back(name.name);
    }
    Status all;
    for (const std::string& name : names) {
        const Status one = co_await furnish(name, clock_->call_within(longest_request, cancel));
        if (!one) all = one;
    }
    co_return all;
}

Task<Status> NamespaceFurnisher::furnish(std::string namespace_, Call call) {
    if (accounts_.find({namespace_, account_name}) == nullptr) {
        const ApiPath path{"", "v1", "serviceaccounts", namespace_, account_name};
        const Status made = settled(co_await api_->create(path, account_in(namespace_), call));
        if (!made) co_return made;
    }
    const ApiPath path{"", "v1", "configmaps", namespace_, certificates_name};
    const auto known = certificates_.find({namespace_, certificates_name});
    if (known == nullptr) {
        api::Node map = api::encode(certificates_in(namespace_, ca_certificates_));
        co_return settled(co_await api_->create(path, std::move(map), call));
    }
    const auto data = known->data.find(certificates_key);
    if (data != known->data.end() && data->second == ca_certificates_) co_return Status{};
    api::ConfigMap right = *known;
    right.data = {{certificates_key, ca_certificates_}};
    right.kind = "ConfigMap";
    right.apiVersion = "v1";
    co_return settled(co_await api_->update(path, api::encode(right), call));
}

}  // namespace hooklet
