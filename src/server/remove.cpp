// SPDX-License-Identifier: Apache-2.0
#include "server/remove.hpp"

#include "server/finalizers.hpp"
#include "server/list.hpp"
#include "server/pod_deletion.hpp"
#include "server/write.hpp"

#include <utility>

namespace hooklet::server {

namespace {

constexpr int most_attempts = 5;

/// What becomes of one version of an object.
struct Decision {
    enum class Step : std::uint8_t { keep, mark, remove };
    Step step = Step::keep;
    kinds::Object last;  ///< mark: what is stored; remove: what watchers see go.
};

void mark(api::ObjectMeta& metadata, WallTime end, std::int64_t grace_s) {
    // What works on the object sees that it is to end.
    if (!metadata.deletionTimestamp && metadata.generation > 0) ++metadata.generation;
    metadata.deletionTimestamp = end;
    metadata.deletionGracePeriodSeconds = grace_s;
}

Decision decide_pod(kinds::Object object, bool changed, const DeleteOptions& options, WallTime now) {
    auto& pod = *static_cast<api::Pod*>(object.get());
    const PodDeletion deletion = plan_pod_deletion(pod, options.grace_s, now);
    const bool kept = !pod.metadata.finalizers.empty();
    const bool ending = pod.metadata.deletionTimestamp && pod.metadata.deletionGracePeriodSeconds == 0;
    if (deletion.step == PodDeletion::Step::keep || (ending && kept))
        return {changed ? Decision::Step::mark : Decision::Step::keep, std::move(object)};
    mark(pod.metadata, deletion.deletion_timestamp, deletion.grace_s);
    const bool goes = deletion.step == PodDeletion::Step::remove && !kept;
    return {goes ? Decision::Step::remove : Decision::Step::mark, std::move(object)};
}

/// A namespace that ends says so in its status too.
kinds::Object terminating(const kinds::Kind& kind, const kinds::Object& object) {
    if (kind.resource() != "namespaces") return object;
    api::Node content = encode(kind, object.get());
    if (content.find("status") == nullptr) content.set("status", api::Node::object());
    content.find("status")->set("phase", api::Node("Terminating"));
    return from_document(kind, content);
}

Decision decide(const kinds::Kind& kind, kinds::Object object, const DeleteOptions& options, WallTime now) {
    api::ObjectMeta& metadata = *kind.metadata(object.get());
    const bool changed = set_propagation(metadata, options.propagation);
    if (kind.resource() == "pods") return decide_pod(std::move(object), changed, options, now);
    if (metadata.finalizers.empty() && !has_spec_finalizers(kind, object.get()))
        return {Decision::Step::remove, std::move(object)};
    if (metadata.deletionTimestamp)
        return {changed ? Decision::Step::mark : Decision::Step::keep, std::move(object)};
    mark(metadata, now, 0);
    return {Decision::Step::mark, terminating(kind, object)};
}

Answer<void> check_preconditions(const Target& target, const DeleteOptions& options,
                                 const store::Object& stored) {
    const auto met = store::check({options.uid, options.resource_version}, stored);
    if (met) return {};
    ApiStatus status = status::of(met.error(), *target.kind, target.name);
    // The only one that names the kind here.
    status.details->kind = target.kind->name;
    return std::unexpected(std::move(status));
}

Answer<store::ObjectPtr> begin(const Services& services, const Target& target, const DeleteOptions& options) {
    auto stored = services.objects->get(target.key());
    if (!stored) return std::unexpected(status::not_found(*target.kind, target.name));
    if (auto met = check_preconditions(target, options, **stored); !met) return std::unexpected(met.error());
    return *std::move(stored);
}

/// Carries the decision out, on this version of the object only.
Task<Result<Removed>> carry_out(Services services, Target target, store::ObjectPtr stored, Decision decision,
                                bool dry_run) {
    const bool goes = decision.step == Decision::Step::remove;
    if (decision.step == Decision::Step::keep) co_return Removed{.object = stored};
    api::Node content = stored_form(*target.kind, decision.last.get());
    if (dry_run) co_return Removed{.object = unstored(target, content), .gone = goes};
    ObjectKey key = target.key();
    if (!goes) {
        auto marked = co_await services.objects->update(std::move(key), std::move(content));
        if (!marked) co_return std::unexpected(marked.error());
        co_return Removed{.object = *std::move(marked)};
    }
    const store::Preconditions same{stored->uid, std::to_string(stored->revision)};
    auto last = co_await services.objects->remove(std::move(key), same, std::move(content));
    if (!last) co_return std::unexpected(last.error());
    co_return Removed{.object = *std::move(last), .gone = true};
}

Task<Answer<void>> admit(Services services, Target target, kinds::Object object, DeleteOptions options) {
    if (services.admission == nullptr) co_return Answer<void>{};
    AdmissionRequest request{AdmissionRequest::Operation::remove,
                             std::move(target),
                             std::move(object),
                             nullptr,
                             options.dry_run,
                             std::move(options.node)};
    co_return co_await services.admission->admit(std::move(request));
}

}  // namespace

Task<Answer<Removed>> remove(Services services, Target target, DeleteOptions options) {
    const kinds::Kind& kind = *target.kind;
    for (int attempt = 1;; ++attempt) {
        auto stored = begin(services, target, options);
        if (!stored) co_return std::unexpected(stored.error());
        kinds::Object object = decode(kind, **stored);
        auto admitted = co_await admit(services, target, object, options);
        if (!admitted) co_return std::unexpected(admitted.error());
        Decision decision = decide(kind, std::move(object), options, services.clock->wall());
        auto removed = co_await carry_out(services, target, *stored, std::move(decision), options.dry_run);
        if (removed) co_return *std::move(removed);
        // Somebody was faster: the object is looked at again.
        if (removed.error().code != Code::conflict || attempt == most_attempts)
            co_return std::unexpected(status::of(removed.error(), kind, target.name));
    }
}

Task<Answer<store::Page>> remove_all(Services services, Target target, ListOptions which,
                                     DeleteOptions options, CancelToken cancel) {
    auto page = co_await list(services, target, std::move(which), cancel);
    if (!page) co_return page;
    for (const store::ObjectPtr& object : page->objects) {
        Target one = target;
        one.namespace_ = object->key.namespace_;
        one.name = object->key.name;
        auto removed = co_await remove(services, std::move(one), options);
        if (!removed && removed.error().code != 404) co_return std::unexpected(removed.error());
    }
    co_return page;
}

ApiStatus removed_status(const Target& target, const store::Object& object) {
    api::StatusDetails details;
    details.name = target.name;
    details.group = target.kind->group;
    details.kind = target.kind->plural;
    details.uid = object.uid;
    ApiStatus done = status::success(200, std::move(details));
    // The real server says no code here.
    done.code = 0;
    return done;
}

}  // namespace hooklet::server
