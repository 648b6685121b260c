// SPDX-License-Identifier: Apache-2.0
#include "app/admission_rules.hpp"

namespace hooklet::app {

namespace {

constexpr Duration limit = std::chrono::seconds{10};

server::ApiStatus status_of(const admission::Refusal& refusal) {
    server::ApiStatus status = server::status::failure(refusal.code, refusal.reason, refusal.message);
    status.details.emplace();
    status.details->name = refusal.name;
    status.details->group = refusal.group;
    status.details->kind = refusal.resource;
    for (const admission::Refusal::Cause& cause : refusal.causes) {
        api::StatusCause& out = status.details->causes.emplace_back();
        out.reason = cause.reason;
        out.message = cause.message;
        out.field = cause.field;
    }
    return status;
}

ApiPath path_of(const server::Target& target) {
    return {target.kind->group, target.kind->version, target.kind->plural,
            target.namespace_,  target.name,          target.part};
}

}  // namespace

Task<admission::Verdict<>> AdmissionRules::create(server::AdmissionRequest request, ApiPath path, Call call) {
    if (request.target.kind->namespaced) {
        auto may = co_await rules_.may_create(path, call);
        if (!may) co_return may;
    }
    if (request.target.is("pods") && request.target.part.empty()) {
        auto& pod = *static_cast<api::Pod*>(request.object.get());
        auto made = co_await rules_.create_pod(path, pod, call);
        if (!made) co_return std::unexpected(made.error());
        pod = *std::move(made);
    }
    if (request.target.is("priorityclasses.scheduling.k8s.io")) {
        const auto& written = *static_cast<api::PriorityClass*>(request.object.get());
        co_return co_await rules_.write_priority_class(path, written, call);
    }
    co_return admission::Verdict<>{};
}

Task<server::Answer<void>> AdmissionRules::admit(server::AdmissionRequest request) {
    using Operation = server::AdmissionRequest::Operation;
    const ApiPath path = path_of(request.target);
    const Call call = clock_->call_within(limit);
    admission::Verdict<> verdict;
    if (request.operation == Operation::remove) {
        verdict = admission::Admission::may_delete(path);
    } else if (request.operation == Operation::create) {
        verdict = co_await create(request, path, call);
    } else if (request.target.is("pods") && request.target.part.empty()) {
        admission::Admission::update_pod(*static_cast<api::Pod*>(request.object.get()));
    } else if (request.target.is("priorityclasses.scheduling.k8s.io")) {
        const auto& written = *static_cast<api::PriorityClass*>(request.object.get());
        verdict = co_await rules_.write_priority_class(path, written, call);
    }
    if (!verdict) co_return std::unexpected(status_of(verdict.error()));
    co_return server::Answer<void>{};
}

}  // namespace hooklet::app
