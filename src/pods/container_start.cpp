// SPDX-License-Identifier: Apache-2.0
// The start of a container: the part of ContainerSlot that follows lifecycle spec 1.4, step by step.
#include "images/registry_logins.hpp"
#include "pods/back_off_limits.hpp"
#include "pods/container_config.hpp"
#include "pods/container_slot.hpp"
#include "pods/environment.hpp"
#include "pods/leftover.hpp"
#include "pods/mounts.hpp"
#include "pods/names.hpp"

#include <fmt/format.h>

namespace hooklet {

namespace {
/// When a start that failed for another reason than its image is tried again.
constexpr Duration start_retry = std::chrono::seconds{10};
constexpr const char* config_error = "CreateContainerConfigError";
}  // namespace

void ContainerSlot::pull() {
    pulling_ = true;
    not_before_ = {};
    config_failed_at_.reset();
    starting_.emplace(context_->abandon);
    gate_->spawn(run_pull());
}

Task<void> ContainerSlot::run_pull() {
    const CancelToken cancel = starting_->token();
    PullOptions options{back_off_limits(context_->pod, context_->settings->back_off), {}};
    options.logins = co_await read_logins(cancel);
    auto image = co_await context_->services->images.ensure(spec_, recorder_, cancel, std::move(options));
    if (image) {
        image_ = *std::move(image);
    } else if (!cancel.cancelled()) {
        view_.waiting = Waiting{image.error().reason, image.error().message};
        not_before_ = image.error().retry_at;
    }
    pulling_ = false;
    starting_.reset();
    context_->changed();
}

Task<std::vector<cri::AuthConfig>> ContainerSlot::read_logins(CancelToken cancel) {
    const References references = references_of_pulls(context_->pod);
    std::vector<RegistryLogin> logins;
    std::vector<std::string> missing;
    if (!references.objects.empty()) {
        const Call call = context_->ports.clock->call_within(object_call_limit, std::move(cancel));
        const ObjectSnapshot objects = co_await fetch(context_->ports.objects, references, call);
        context_->hide_secrets(objects);
        for (const ObjectRef& object : references.objects) {
            const ObjectSnapshot::Secret secret = objects.secret(object.namespace_, object.name);
            const auto read = secret ? hooklet::read_logins(**secret) : std::unexpected(secret.error());
            if (read) logins.insert(logins.end(), read->begin(), read->end());
            if (!read) missing.push_back(object.name);
        }
    }
    if (!missing.empty()) context_->recorder.event(event::pull_secrets_missing(missing));
    co_return logins_for(spec_.image, std::move(logins));
}

void ContainerSlot::start() {
    const MonotonicTime now = context_->ports.clock->now();
    back_off_before_ = back_off_;
    backed_off_start_ = next_restart_count_;
    if (view_.current && view_.current->exited()) back_off_.next(*view_.current->ended_at, now);
    starting_.emplace(context_->abandon);
    gate_->spawn(run_start(*std::exchange(image_, std::nullopt)));
}

Task<void> ContainerSlot::run_start(ReadyImage image) {
    const CancelToken cancel = starting_->token();
    const StartResult started = co_await make_and_start(std::move(image), cancel);
    if (!started) {
        view_.waiting = started.error().waiting;
        not_before_ = started.error().retry_at;
    } else {
        co_await run_post_start(cancel);
    }
    starting_.reset();
    context_->changed();
}

Task<ContainerSlot::StartResult> ContainerSlot::make_and_start(ReadyImage image, CancelToken cancel) {
    const std::uint64_t version = context_->objects_version;
    const ObjectSnapshot objects = co_await read_references(cancel);
    if (cancel.cancelled()) co_return interrupted(cancel);
    co_await remove_unstarted();
    const StartResult created = co_await create(std::move(image), objects);
    if (!created && created.error().waiting.reason == config_error) config_failed_at_ = version;
    if (!created) co_return created;
    if (cancel.cancelled()) co_return interrupted(cancel);
    co_return co_await start_created();
}

Task<void> ContainerSlot::remove_unstarted() {
    if (unstarted_.empty()) co_return;
    const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
    // Should it stay, it is in the way of the one to be made, and is taken for it.
    const std::string id = std::exchange(unstarted_, std::string());
    (void)co_await context_->ports.runtime->remove_container(id, call);
}

Task<ObjectSnapshot> ContainerSlot::read_references(CancelToken cancel) {
    const Call call = context_->ports.clock->call_within(object_call_limit, std::move(cancel));
    ObjectSnapshot objects =
        co_await fetch(context_->ports.objects, references_of(context_->pod, spec_), call);
    context_->hide_secrets(objects);
    co_return objects;
}

Task<ContainerSlot::StartResult> ContainerSlot::create(ReadyImage image, ObjectSnapshot objects) {
    const Result<cri::ContainerConfig> config = make_config(image, objects);
    if (!config) co_return failed(config_error, config.error().text());

    const std::string logs = sandbox_->config().log_directory + "/" + spec_.name;
    const Status made = context_->ports.files->make_directories(logs, 0755);
    if (!made) co_return failed(config_error, made.error().text());

    const MonotonicTime begun = context_->ports.clock->now();
    const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
    const Result<std::string> id =
        co_await context_->ports.runtime->create_container(sandbox_->id(), *config, sandbox_->config(), call);
    if (!id) {
        const std::string error = id.error().text();
        co_await adopt_created();
        sandbox_->look_again();
        co_return failed("CreateContainerError", error);
    }
    config_ = *config;
    adopt(*id, cri::ContainerState::created);
    const std::vector<std::string>& digests = image.image.repo_digests;
    view_.current->image_ref = digests.empty() ? image.image.id : digests.front();
    recorder_.event(event::created(spec_.name));
    LifecycleStep step;
    step.step = StepKind::created;
    step.container_id = *id;
    step.took = context_->ports.clock->now() - begun;
    recorder_.step(std::move(step));
    co_return StartResult{};
}

Result<std::vector<cri::KeyValue>> ContainerSlot::service_variables() const {
    if (!context_->ports.services) return std::vector<cri::KeyValue>{};
    const auto services = context_->ports.services();
    if (!services) return std::unexpected(services.error());
    const bool links = context_->pod.spec.enableServiceLinks.value_or(true);
    return service_environment(*services, context_->pod.metadata.namespace_, links);
}

Result<cri::ContainerConfig> ContainerSlot::make_config(const ReadyImage& image,
                                                        const ObjectSnapshot& objects) {
    const PodSettings& settings = *context_->settings;
    const FieldFacts facts{sandbox_->ips(), settings.node()};
    const auto services = service_variables();
    if (!services) return std::unexpected(services.error());
    const auto env = make_environment({context_->pod, spec_, facts, objects, *services});
    if (!env) return std::unexpected(env.error());
    const MountPorts ports{context_->ports.files, context_->ports.random, &context_->services->volumes};
    const auto mounts = make_mounts(ports, {context_->pod, spec_, sandbox_->volume_paths(), *env,
                                            sandbox_->hosts_path(), settings.pods_directory});
    if (!mounts) return std::unexpected(mounts.error());
    termination_message_file_ = mounts->termination_message_file;
    made_with_ = spec_.resources;
    Result<cri::ContainerConfig> made = make_container_config(
        {context_->pod, spec_, image.ref, image.image, next_restart_count_, *env, mounts->mounts,
         settings.owner_label, settings.node_memory_bytes, settings.seccomp_directory});
    if (made && !termination_message_file_.empty()) {
        made->annotations[termination_file_annotation] = termination_message_file_;
    }
    return made;
}

void ContainerSlot::adopt(std::string id, cri::ContainerState state) {
    if (view_.current) retire();
    ContainerRecord record;
    record.id = std::move(id);
    record.restart_count = next_restart_count_++;
    record.state = state;
    record.image = spec_.image;
    record.hash = container_hash(spec_);
    record.resources = made_with_;
    view_.restart_count = record.restart_count;
    view_.current = std::move(record);
}

Task<void> ContainerSlot::adopt_created() {
    const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
    cri::Filter mine;
    mine.label_selector[label::pod_uid] = context_->pod.metadata.uid;
    mine.label_selector[label::container_name] = spec_.name;
    const auto found = co_await context_->ports.runtime->list_containers(mine, call);
    if (!found) co_return;
    for (const cri::Container& container : *found) {
        if (container.metadata.attempt != next_restart_count_) continue;
        adopt(container.id, container.state);
        break;
    }
}

Task<ContainerSlot::StartResult> ContainerSlot::start_created() {
    const std::string id = view_.current->id;
    const MonotonicTime begun = context_->ports.clock->now();
    const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
    const Status started = co_await context_->ports.runtime->start_container(id, call);
    back_off_before_.reset();
    if (!started) {
        co_await learn(id);
        if (!view_.current->running()) co_return failed("RunContainerError", started.error().text());
        // It runs although the call failed. Should this fail too, the re-list sees its end.
        const Call watch_call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
        (void)co_await context_->ports.runtime->watch_container(id, watch_call);
    } else if (!view_.current->exited()) {
        view_.current->state = cri::ContainerState::running;
        view_.current->started_at = context_->ports.clock->wall();
        running_since_ = context_->ports.clock->now();
    }
    recorder_.event(event::started(spec_.name));
    LifecycleStep step;
    step.step = StepKind::started;
    step.container_id = id;
    step.took = context_->ports.clock->now() - begun;
    recorder_.step(std::move(step));
    view_.waiting.reset();
    (void)context_->ports.files->make_directories(context_->settings->container_log_directory, 0755);
    (void)context_->ports.files->symlink(log_file(*view_.current), log_link(*view_.current));
    co_return StartResult{};
}

Task<void> ContainerSlot::run_post_start(CancelToken cancel) {
    // One that is not to begin any more is recorded as cancelled; an agent that stops leaves it to the next.
    if (spec_.lifecycle && spec_.lifecycle->postStart && !context_->abandon.cancelled()) {
        const Duration cap = hook_cap(context_->pod, HookType::post_start, default_post_start_cap);
        const HookResult result = co_await deliver_post_start(cap, cancel);
        if (!result.ok()) {
            // An interrupted hook leaves the container to whoever interrupted it.
            if (result.outcome != HookOutcome::cancelled) post_start_failed(result, cap);
            co_return;
        }
    }
    if (cancel.cancelled() || !view_.current->alive()) co_return;
    count_as_running();
}

Task<HookResult> ContainerSlot::deliver_post_start(Duration cap, CancelToken cancel) {
    if (const HookAttempt* earlier = delivered(HookType::post_start)) co_return earlier_result(*earlier);
    co_return co_await context_->services->hooks.run(
        hook_request(HookType::post_start, *spec_.lifecycle->postStart, "Started", cap), std::move(cancel));
}

Task<void> ContainerSlot::record_cancelled_post_start() {
    CancelSource never(context_->abandon);
    never.cancel({Code::cancelled, "the container is being stopped"});
    const Duration cap = hook_cap(context_->pod, HookType::post_start, default_post_start_cap);
    (void)co_await deliver_post_start(cap, never.token());
}

void ContainerSlot::post_start_failed(const HookResult& result, Duration cap) {
    recorder_.event(result.outcome == HookOutcome::timed_out ? event::post_start_timed_out(cap)
                                                             : event::post_start_failed(result.cause));
    view_.waiting = Waiting{"PostStartHookError", result.message};
    if (view_.current->alive())
        begin_stop(grace_of(context_->pod), "PostStartFailed", "FailedPostStartHook", false);
}

std::unexpected<ContainerSlot::StartFailure> ContainerSlot::failed(std::string reason,
                                                                   const std::string& message) const {
    if (!context_->abandon.cancelled()) recorder_.event(event::failed(message));
    // A container that was made and ended is retried by its crash back-off.
    const bool ended = view_.current && view_.current->exited();
    const MonotonicTime retry_at = ended ? MonotonicTime{} : context_->ports.clock->now() + start_retry;
    return std::unexpected(StartFailure{{std::move(reason), context_->without_secrets(message)}, retry_at});
}

std::unexpected<ContainerSlot::StartFailure> ContainerSlot::interrupted(const CancelToken& cancel) const {
    return std::unexpected(StartFailure{{"ContainerCreating", cancel.reason().message}, MonotonicTime{}});
}

}  // namespace hooklet
