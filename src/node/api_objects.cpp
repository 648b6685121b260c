// SPDX-License-Identifier: Apache-2.0
#include "node/api_objects.hpp"

#include "api/defaults.hpp"
#include "informer/document.hpp"
#include "informer/reflector.hpp"

#include <cstdint>
#include <vector>

namespace hooklet {

namespace {

ApiPath path_of(const ObjectRef& object) {
    const bool secret = object.kind == ObjectKind::secret;
    return {"", "v1", secret ? "secrets" : "configmaps", object.namespace_, object.name, {}};
}

/// The API's error in the words that Pods' events have.
Error error_of(const ObjectRef& object, const Error& error) {
    return error.code == Code::not_found ? object_not_found(object) : error;
}

api::Node token_request_of(const ServiceAccountTokenRequest& request) {
    api::Node pod;
    pod.set("kind", api::Node("Pod"));
    pod.set("apiVersion", api::Node("v1"));
    pod.set("name", api::Node(request.pod_name));
    pod.set("uid", api::Node(request.pod_uid));
    api::Node audiences = api::Node::array();
    if (!request.audience.empty()) audiences.push(api::Node(request.audience));
    api::Node spec;
    spec.set("audiences", std::move(audiences));
    spec.set("expirationSeconds", api::Node(request.expiration_seconds));
    spec.set("boundObjectRef", std::move(pod));
    api::Node out;
    out.set("apiVersion", api::Node("authentication.k8s.io/v1"));
    out.set("kind", api::Node("TokenRequest"));
    out.set("spec", std::move(spec));
    return out;
}

}  // namespace

/// One object and all who want to hear of it.
struct ApiObjects::Watched final : Reflector::Sink {
    Watched(const ApiPorts& ports, ObjectRef ref, const ApiSelection& selection)
        : object(std::move(ref)), reflector(ports.api, ports.clock, ports.executor, selection, this) {}

    void replace(std::vector<api::Node>) override { tell(); }
    void put(api::Node) override { tell(); }
    void erase(api::Node) override { tell(); }

    /// Those of this moment: a listener may end its watch, or another one.
    void tell() const {
        std::vector<std::function<void()>> now;
        for (const auto& [id, changed] : listeners) now.push_back(changed);
        for (const auto& changed : now) changed();
    }

    ObjectRef object;
    Reflector reflector;
    std::map<std::uint64_t, std::function<void()>> listeners;
};

struct ApiObjects::Watches {
    explicit Watches(Gate* owners_gate) : gate(owners_gate) {}

    static Task<void> end(std::shared_ptr<Watched> watched) { co_await watched->reflector.stop(); }
    void forget(const std::shared_ptr<Watched>& watched) {
        if (all.erase(watched->object) > 0) gate->spawn(end(watched));
    }

    Gate* gate;
    std::uint64_t next_id = 0;
    std::map<ObjectRef, std::shared_ptr<Watched>> all;
};

struct ApiObjects::Handle final : ObjectWatch::Handle {
    Handle(std::weak_ptr<Watches> owner, std::shared_ptr<Watched> object, std::uint64_t number)
        : watches(std::move(owner)), watched(std::move(object)), id(number) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() override {
        watched->listeners.erase(id);
        const auto alive = watches.lock();
        if (alive && watched->listeners.empty()) alive->forget(watched);
    }

    std::weak_ptr<Watches> watches;
    std::shared_ptr<Watched> watched;
    std::uint64_t id;
};

ApiObjects::ApiObjects(ApiPorts ports)
    : ports_(std::move(ports)), gate_(ports_.executor), watches_(std::make_shared<Watches>(&gate_)) {}

ApiObjects::~ApiObjects() = default;

Task<void> ApiObjects::stop() {
    const auto left = std::exchange(watches_->all, {});
    for (const auto& [object, watched] : left) gate_.spawn(Watches::end(watched));
    co_await gate_.close();
}

Task<Result<std::shared_ptr<const api::ConfigMap>>> ApiObjects::config_map(std::string namespace_,
                                                                           std::string name, Call call) {
    const ObjectRef ref{ObjectKind::config_map, std::move(namespace_), std::move(name)};
    const auto found = co_await ports_.api->get(path_of(ref), std::move(call));
    if (!found) co_return std::unexpected(error_of(ref, found.error()));
    co_return std::make_shared<const api::ConfigMap>(read_as<api::ConfigMap>(*found));
}

Task<Result<std::shared_ptr<const api::Secret>>> ApiObjects::secret(std::string namespace_, std::string name,
                                                                    Call call) {
    const ObjectRef ref{ObjectKind::secret, std::move(namespace_), std::move(name)};
    const auto found = co_await ports_.api->get(path_of(ref), std::move(call));
    if (!found) co_return std::unexpected(error_of(ref, found.error()));
    auto secret = std::make_shared<api::Secret>(read_as<api::Secret>(*found));
    api::set_defaults(*secret);
    co_return secret;
}

Task<Result<ServiceAccountToken>> ApiObjects::service_account_token(ServiceAccountTokenRequest request,
                                                                    Call call) {
    const ApiPath path{"", "v1", "serviceaccounts", request.namespace_, request.service_account, "token"};
    ServiceAccountToken token;
    token.issued_at = ports_.clock->wall();
    const auto answer = co_await ports_.api->create(path, token_request_of(request), std::move(call));
    if (!answer) co_return std::unexpected(answer.error());
    token.token = text_at(*answer, {"status", "token"});
    const auto expires = parse_rfc3339(text_at(*answer, {"status", "expirationTimestamp"}));
    if (token.token.empty() || !expires) {
        co_return fail(Code::internal, "the API answered a request for a token without one");
    }
    token.expires_at = *expires;
    co_return token;
}

Task<Result<std::string>> ApiObjects::runtime_handler(std::string runtime_class, Call call) {
    const ApiPath path{"node.k8s.io", "v1", "runtimeclasses", "", std::move(runtime_class), ""};
    const auto found = co_await ports_.api->get(path, std::move(call));
    if (!found) co_return std::unexpected(found.error());
    co_return text_at(*found, {"handler"});
}

ObjectWatch ApiObjects::watch(ObjectRef object, std::function<void()> changed) {
    std::shared_ptr<Watched>& watched = watches_->all[object];
    if (!watched) {
        ApiPath path = path_of(object);
        const std::string field = "metadata.name=" + std::exchange(path.name, {});
        watched = std::make_shared<Watched>(ports_, object, ApiSelection{std::move(path), {}, field});
        watched->reflector.start();
    }
    const std::uint64_t id = watches_->next_id++;
    watched->listeners.emplace(id, std::move(changed));
    return ObjectWatch(std::make_unique<Handle>(watches_, watched, id));
}

}  // namespace hooklet
