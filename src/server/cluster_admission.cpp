// SPDX-License-Identifier: Apache-2.0
#include "server/cluster_admission.hpp"

#include "admission/node_restriction.hpp"

#include <chrono>
#include <utility>

namespace hooklet::server {

namespace {

using Operation = AdmissionRequest::Operation;

constexpr std::chrono::seconds patience{10};

ApiStatus status_of(admission::Refusal refusal) {
    ApiStatus status = status::failure(refusal.code, refusal.reason, std::move(refusal.message));
    if (refusal.resource.empty()) return status;
    api::StatusDetails& details = status.details.emplace();
    details.name = std::move(refusal.name);
    details.group = std::move(refusal.group);
    details.kind = std::move(refusal.resource);
    for (admission::Refusal::Cause& cause : refusal.causes) {
        details.causes.push_back({.reason = std::move(cause.reason),
                                  .message = std::move(cause.message),
                                  .field = std::move(cause.field)});
    }
    return status;
}

ApiPath path_of(const AdmissionRequest& request) {
    const Target& target = request.target;
    return {.group = target.kind->group,
            .version = target.kind->version,
            .resource = target.kind->plural,
            .namespace_ = target.namespace_,
            .name = target.name};
}

template <class T>
T* object_in(const AdmissionRequest& request, std::string_view resource) {
    return request.target.is(resource) ? static_cast<T*>(request.object.get()) : nullptr;
}

/// The Service that an update makes one with an address, when it does.
api::Service* until_now_external(const AdmissionRequest& request) {
    if (!request.target.is("services") || !request.target.part.empty()) return nullptr;
    const bool external = static_cast<const api::Service*>(request.before.get())->spec.type == "ExternalName";
    return external ? static_cast<api::Service*>(request.object.get()) : nullptr;
}

/// The request's object, as it is or as it was.
admission::Counted counted(const AdmissionRequest& request, const kinds::Object& object) {
    const Target& target = request.target;
    return {.resource = stored_resource(*target.kind),
            .pod = target.is("pods") ? static_cast<const api::Pod*>(object.get()) : nullptr,
            .service = target.is("services") ? static_cast<const api::Service*>(object.get()) : nullptr};
}

admission::Verdict<> verdict_of(const admission::Checked& checked, const ApiPath& path) {
    if (checked) return {};
    return std::unexpected(admission::forbidden(path, checked.error()));
}

admission::Verdict<> may_remove(const AdmissionRequest& request, const ApiPath& path) {
    if (const auto* pod = object_in<api::Pod>(request, "pods"); pod != nullptr && !request.node.empty())
        return verdict_of(admission::node_may_delete(request.node, *pod), path);
    return admission::Admission::may_delete(path);
}

}  // namespace

Task<admission::Verdict<>> ClusterAdmission::create_pod(api::Pod* pod, ApiPath path, Call call) {
    auto admitted = co_await rules_->create_pod(std::move(path), *pod, call);
    if (!admitted) co_return std::unexpected(std::move(admitted.error()));
    *pod = *std::move(admitted);
    co_return admission::Verdict<>{};
}

Task<admission::Verdict<>> ClusterAdmission::give_address(api::Service* service, ApiPath path, Call call) {
    auto admitted = co_await rules_->give_address(std::move(path), *service, call);
    if (!admitted) co_return std::unexpected(std::move(admitted.error()));
    *service = *std::move(admitted);
    co_return admission::Verdict<>{};
}

Task<admission::Verdict<>> ClusterAdmission::create(AdmissionRequest request, ApiPath path, Call call) {
    auto placed = co_await rules_->may_create(path, call);
    if (!placed) co_return placed;
    if (auto* pod = object_in<api::Pod>(request, "pods"))
        co_return co_await create_pod(pod, std::move(path), call);
    if (auto* service = object_in<api::Service>(request, "services"))
        co_return co_await give_address(service, std::move(path), call);
    if (auto* written = object_in<api::PriorityClass>(request, "priorityclasses.scheduling.k8s.io"))
        co_return co_await rules_->write_priority_class(std::move(path), *written, call);
    co_return placed;
}

Task<Answer<void>> ClusterAdmission::admit(AdmissionRequest request) {
    const Call call = clock_->call_within(patience);
    ApiPath path = path_of(request);
    admission::Verdict<> verdict;
    if (request.operation == Operation::create) {
        verdict = co_await create(request, std::move(path), call);
    } else if (request.operation == Operation::remove) {
        verdict = may_remove(request, path);
    } else if (auto* pod = object_in<api::Pod>(request, "pods")) {
        if (request.target.part.empty()) admission::Admission::update_pod(*pod);
        if (request.target.part == "resize")
            verdict = co_await rules_->resize_pod(std::move(path), *pod, call);
    } else if (auto* service = until_now_external(request)) {
        verdict = co_await give_address(service, std::move(path), call);
    } else if (auto* written = object_in<api::PriorityClass>(request, "priorityclasses.scheduling.k8s.io")) {
        verdict = co_await rules_->write_priority_class(std::move(path), *written, call);
    }
    if (!verdict) co_return std::unexpected(status_of(std::move(verdict.error())));
    co_return Answer<void>{};
}

Task<admission::Verdict<>> ClusterAdmission::restrict_node(AdmissionRequest request, ApiPath path,
                                                           Call call) {
    const bool created = request.operation == Operation::create;
    const void* before = request.before.get();
    admission::Checked checked;
    if (const auto* pod = object_in<api::Pod>(request, "pods")) {
        if (created) co_return co_await rules_->node_creates_pod(std::move(path), request.node, pod, call);
        checked = admission::node_may_write_status(request.node, *pod, *static_cast<const api::Pod*>(before));
    } else if (const auto* node = object_in<api::NodeObject>(request, "nodes")) {
        checked = admission::node_may_write(request.node, *node, static_cast<const api::NodeObject*>(before));
    } else if (created && request.target.is("leases.coordination.k8s.io")) {
        checked = admission::node_may_create_lease(request.node, path.name);
    }
    co_return verdict_of(checked, path);
}

Task<admission::Verdict<admission::Warnings>> ClusterAdmission::secure(AdmissionRequest request, ApiPath path,
                                                                       Call call) {
    const admission::PodSecurityGuard& guard = rules_->pod_security();
    const void* before = request.before.get();
    const bool whole = request.target.part.empty();
    // Bindings and evictions do not come here.
    if (request.target.is("pods")) {
        const auto* pod = static_cast<const api::Pod*>(request.object.get());
        co_return co_await guard.admit_pod(std::move(path), pod, static_cast<const api::Pod*>(before), call);
    }
    if (whole && request.target.is("podtemplates")) {
        const auto* written = static_cast<const api::PodTemplate*>(request.object.get());
        co_return co_await guard.admit_template(std::move(path), &written->template_, call);
    }
    if (whole && request.target.is("namespaces")) {
        const auto* now = static_cast<const api::Namespace*>(request.object.get());
        co_return co_await guard.admit_namespace(now, static_cast<const api::Namespace*>(before), call);
    }
    co_return admission::Warnings{};
}

Task<admission::Verdict<admission::Ticket>> ClusterAdmission::reserve(AdmissionRequest request, ApiPath path,
                                                                      Call call) {
    if (quotas_ == nullptr || path.namespace_.empty()) co_return admission::Ticket{};
    admission::Counted now = counted(request, request.object);
    api::ResourceList before;
    if (request.before) before = usage_of(counted(request, request.before));
    co_return co_await quotas_->admit(std::move(path), std::move(now), std::move(before), call);
}

Task<Answer<ClusterAdmission::Approval>> ClusterAdmission::approve(AdmissionRequest request) {
    const Call call = clock_->call_within(patience);
    const ApiPath path = path_of(request);
    if (!request.node.empty()) {
        auto allowed = co_await restrict_node(request, path, call);
        if (!allowed) co_return std::unexpected(status_of(std::move(allowed.error())));
    }
    if (request.target.part == "status") co_return Approval{};
    auto warnings = co_await secure(request, path, call);
    if (!warnings) co_return std::unexpected(status_of(std::move(warnings.error())));
    auto ticket = co_await reserve(std::move(request), path, call);
    if (!ticket) co_return std::unexpected(status_of(std::move(ticket.error())));
    co_return Approval{.ticket = *std::move(ticket), .warnings = *std::move(warnings)};
}

}  // namespace hooklet::server
