// SPDX-License-Identifier: Apache-2.0
#include "node/node_registration.hpp"

#include "base/back_off.hpp"
#include "informer/document.hpp"

#include <fmt/format.h>

namespace hooklet {

NodeRegistration::NodeRegistration(ApiPorts ports, NodeSheet sheet, Look look, Tell tell_event)
    : ports_(std::move(ports)),
      sheet_(std::move(sheet)),
      look_(std::move(look)),
      tell_event_(std::move(tell_event)),
      gate_(ports_.executor) {}

Task<void> NodeRegistration::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    changed_.notify();
    co_await gate_.close();
}

Task<void> NodeRegistration::loop() {
    const CancelToken cancel = stopping_.token();
    unsigned failures = 0;
    std::string told;
    while (!cancel.cancelled()) {
        const Status done = co_await beat();
        if (cancel.cancelled()) break;
        const std::string problem = done ? std::string() : done.error().text();
        if (!done && problem != told) ports_.tell("the Node can't be registered: " + problem);
        told = problem;
        failures = done ? 0 : failures + 1;
        const Duration wait = done ? period : retry_delay(failures - 1, first_api_retry, period);
        const Timer due = ports_.clock->at(ports_.clock->now() + wait, [this] { changed_.notify(); });
        co_await changed_.wait();
    }
}

Task<Status> NodeRegistration::beat() {
    const CancelToken cancel = stopping_.token();
    const NodeHealth health = co_await look_(cancel);
    if (cancel.cancelled()) co_return std::unexpected(cancel.reason());
    for (const event::Text& text : node_changes(sheet_.name, health_, health)) tell_event_(text);
    health_ = health;
    const bool due = written_ != health || ports_.clock->now() - written_at_ >= status_period;
    if (due) {
        const Status written = co_await write_status(health);
        if (!written) co_return written;
    }
    co_return co_await renew_lease();
}

Call NodeRegistration::api_call() const {
    return ports_.clock->call_within(api_call_limit, stopping_.token());
}

ApiPath NodeRegistration::node_path(std::string subresource) const {
    return {"", "v1", "nodes", "", sheet_.name, std::move(subresource)};
}

Task<Status> NodeRegistration::write_status(NodeHealth health) {
    auto node = co_await find_or_create();
    if (!node) co_return std::unexpected(node.error());
    uid_ = text_at(*node, {"metadata", "uid"});
    node->set("status", node_status(sheet_, health, *node, ports_.clock->wall()));
    const auto written = co_await ports_.api->update(node_path("status"), *std::move(node), api_call());
    if (!written) co_return std::unexpected(written.error());
    written_ = health;
    written_at_ = ports_.clock->now();
    co_return Status{};
}

Task<Result<api::Node>> NodeRegistration::find_or_create() {
    auto node = co_await ports_.api->get(node_path(), api_call());
    if (node) co_return co_await with_labels(*std::move(node));
    if (node.error().code != Code::not_found) co_return node;
    ApiPath path = node_path();
    path.name.clear();
    co_return co_await ports_.api->create(std::move(path), node_object(sheet_), api_call());
}

Task<Result<api::Node>> NodeRegistration::with_labels(api::Node node) {
    const std::map<std::string, std::string> there = metadata_of(node).labels;
    api::Node labels;
    for (const auto& [key, value] : node_labels(sheet_)) {
        const auto found = there.find(key);
        if (found == there.end() || found->second != value) labels.set(key, api::Node(value));
    }
    if (labels.is_null()) co_return node;
    api::Node metadata;
    metadata.set("labels", std::move(labels));
    api::Node patch;
    patch.set("metadata", std::move(metadata));
    co_return co_await ports_.api->patch(node_path(), ApiPatchType::merge, std::move(patch), api_call());
}

Task<Status> NodeRegistration::renew_lease() {
    const ApiPath path{"coordination.k8s.io", "v1", "leases", "kube-node-lease", sheet_.name, {}};
    // It is this node's alone, whatever its version.
    api::Node lease = node_lease(sheet_.name, uid_, ports_.clock->wall());
    auto renewed = co_await ports_.api->patch(path, ApiPatchType::merge, lease, api_call());
    if (!renewed && renewed.error().code == Code::not_found)
        renewed = co_await ports_.api->create(path, std::move(lease), api_call());
    if (!renewed) co_return std::unexpected(renewed.error());
    co_return Status{};
}

}  // namespace hooklet
