// SPDX-License-Identifier: Apache-2.0
#include "controllers/namespace_remover.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr const char* finalizer = "kubernetes";
/// What is left is looked at again after this, should nobody tell that it has gone.
constexpr Duration second_look = std::chrono::seconds{15};

ApiPath path_of(const std::string& name, const char* subresource) {
    return {"", "v1", "namespaces", "", name, subresource};
}

bool is_ours(const api::Namespace& object) {
    const auto& finalizers = object.spec.finalizers;
    return object.metadata.deletionTimestamp && std::ranges::find(finalizers, finalizer) != finalizers.end();
}

}  // namespace

NamespaceRemover::NamespaceRemover(Api* api, Clock* clock, Executor executor, Resources contents,
                                   Inventory* inventory)
    : api_(api),
      clock_(clock),
      contents_(std::move(contents)),
      namespaces_(api, clock, executor, {{"", "v1", "namespaces"}}),
      loop_(clock, executor, [this](CancelToken cancel) { return remove_all(std::move(cancel)); }) {
    // The Pods go first.
    std::ranges::stable_partition(contents_, [](const Resource& it) { return it.kind == "Pod"; });
    namespaces_.listen([this](const Object&, const Object& now) {
        if (now && is_ours(*now)) loop_.poke();
    });
    inventory->listen(
        [this](const Item& item, bool gone) {
            const Object in = namespaces_.find({"", item.metadata->namespace_});
            if (gone && in && is_ours(*in)) loop_.poke();
        },
        [] {});
}

void NamespaceRemover::start() {
    loop_.start();
    namespaces_.start();
}

Task<void> NamespaceRemover::stop() {
    co_await namespaces_.stop();
    co_await loop_.stop();
}

Call NamespaceRemover::request(const CancelToken& cancel) const {
    return clock_->call_within(longest_request, cancel);
}

Task<Status> NamespaceRemover::remove_all(CancelToken cancel) {
    std::vector<Object> ending;
    for (const auto& [name, object] : namespaces_.objects()) {
        if (is_ours(*object)) ending.push_back(object);
    }
    Status all;
    for (const Object& object : ending) {
        const Status one = co_await remove(object, cancel);
        if (!one) all = one;
    }
    co_return all;
}

Task<Status> NamespaceRemover::remove(Object object, CancelToken cancel) {
    const NamespaceRemains remains = co_await clear(object->metadata.name, cancel);
    auto stored = co_await report(object, remains, cancel);
    if (!stored && stored.error().code == Code::not_found) co_return Status{};
    if (!stored) co_return std::unexpected(stored.error());
    if (!remains.failures.empty()) co_return fail(Code::unavailable, remains.failures.front());
    if (remains.empty()) co_return co_await finalize(*std::move(stored), cancel);
    loop_.poke_at(clock_->now() + second_look);
    co_return Status{};
}

Task<NamespaceRemains> NamespaceRemover::clear(std::string namespace_, CancelToken cancel) {
    NamespaceRemains remains;
    for (const Resource& resource : contents_) {
        if (resource.kind != "Pod" && remains.objects.contains("pods.")) break;
        co_await clear_resource(&resource, namespace_, &remains, cancel);
    }
    co_return remains;
}

Task<void> NamespaceRemover::clear_resource(const Resource* resource, std::string namespace_,
                                            NamespaceRemains* remains, CancelToken cancel) {
    const ApiSelection all{resource->path(namespace_)};
    const auto found = co_await api_->list(all, request(cancel));
    if (!found) {
        remains->failures.push_back(found.error().text());
        co_return;
    }
    for (const api::Node& document : found->items) {
        const auto left = co_await remove_one(resource->path(namespace_), metadata_of(document), cancel);
        if (!left) remains->failures.push_back(left.error().text());
        if (left && !*left) continue;
        ++remains->objects[resource->plural + "." + resource->group];
        const api::ObjectMeta now = left ? **left : metadata_of(document);
        for (const std::string& name : now.finalizers) ++remains->finalizers[name];
    }
}

Task<Result<std::optional<api::ObjectMeta>>> NamespaceRemover::remove_one(ApiPath path,
                                                                          api::ObjectMeta object,
                                                                          CancelToken cancel) {
    if (object.deletionTimestamp) co_return object;
    path.name = object.name;
    const ApiDelete options{.uid = object.uid};
    const auto removed = co_await api_->remove(path, options, request(cancel));
    if (!removed && removed.error().code == Code::not_found) co_return std::nullopt;
    if (!removed) co_return std::unexpected(removed.error());
    // What has gone is answered with a Status, or with its last state: without grace or finalizers.
    api::ObjectMeta now = metadata_of(*removed);
    if (now.deletionGracePeriodSeconds.value_or(0) == 0 && now.finalizers.empty()) co_return std::nullopt;
    co_return now;
}

Task<Result<api::Namespace>> NamespaceRemover::report(Object object, NamespaceRemains remains,
                                                      CancelToken cancel) {
    api::Namespace it = *object;
    if (!set_conditions(it.status, remains, clock_->wall())) co_return it;
    it.kind = "Namespace";
    it.apiVersion = "v1";
    const auto stored =
        co_await api_->update(path_of(it.metadata.name, "status"), api::encode(it), request(cancel));
    if (!stored) co_return std::unexpected(stored.error());
    co_return read_as<api::Namespace>(*stored);
}

Task<Status> NamespaceRemover::finalize(api::Namespace object, CancelToken cancel) {
    object.kind = "Namespace";
    object.apiVersion = "v1";
    std::erase(object.spec.finalizers, finalizer);
    const auto gone = co_await api_->update(path_of(object.metadata.name, "finalize"), api::encode(object),
                                            request(cancel));
    if (gone || gone.error().code == Code::not_found) co_return Status{};
    co_return std::unexpected(gone.error());
}

}  // namespace hooklet
