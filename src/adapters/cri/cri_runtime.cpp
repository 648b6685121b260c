// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/cri_runtime.hpp"

#include "adapters/cri/event_streams.hpp"
#include "adapters/cri/exec_calls.hpp"
#include "adapters/cri/exit_watcher.hpp"
#include "adapters/cri/grpc_client.hpp"
#include "adapters/cri/requests.hpp"
#include "adapters/cri/signals.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <runtime_v1.pb.h>

namespace hooklet::cri {

namespace {

using namespace std::chrono_literals;

constexpr Duration lookup_limit = 5s;

Task<Status> refuse(std::string why) {
    co_return fail(Code::invalid, std::move(why));
}

}  // namespace

struct CriRuntime::Impl {
    Impl(Executor executor, Clock* c, std::string socket_path, std::string exec_folder)
        : clock(c),
          client(executor, c, std::move(socket_path)),
          exits(
              executor, c,
              [this](std::string id, Call call) { return live_status(std::move(id), true, call); },
              [this](ContainerEvent event) { emit(std::move(event)); }),
          events(
              executor, c, &client, &exits, [this](const std::string& id) { return sandbox_of.contains(id); },
              [this](ContainerEvent event) { emit(std::move(event)); }),
          kept(executor, c, &client, std::move(exec_folder)),
          execs(
              executor, c, &kept,
              [this](ExecSyncRequest request, Call call) { return send_exec(std::move(request), call); },
              [this](std::string id) { return find_init(std::move(id)); }) {}

    template <class Response, class Request, class Convert>
    auto call(std::string method, Request request, Call limits, Convert convert) {
        return unary<Response>(&client, std::move(method), std::move(request), std::move(limits),
                               std::move(convert));
    }
    /// One RPC whose answer says nothing but that it is done.
    template <class Request>
    Task<Status> command(std::string method, Request request, Call limits) {
        auto done = co_await client.unary(std::move(method), request.SerializeAsString(), std::move(limits));
        if (!done) co_return std::unexpected(std::move(done.error()));
        co_return Status{};
    }

    /// One RPC whose answer is where its streams can be connected.
    template <class Message, class Request>
    Task<Result<std::string>> stream_url(const char* name, Request request, Call limits) {
        Message message;
        to_proto(request, &message);
        return call<proto::StreamResponse>(runtime_method(name), std::move(message), std::move(limits),
                                           [](const auto& answer) { return answer.url(); });
    }

    Task<Result<LiveStatus>> live_status(std::string id, bool verbose, Call limits);
    Task<Result<ExecSyncResponse>> send_exec(ExecSyncRequest request, Call limits);
    Task<pid_t> find_init(std::string id);

    void emit(ContainerEvent event) {
        if (listener) listener(std::move(event));
    }
    Clock* clock;
    GrpcClient client;
    ExitWatcher exits;
    EventStreams events;
    KeptExecs kept;
    ExecCalls execs;
    CancelSource stopping;
    std::function<void(ContainerEvent)> listener;
    /// CRI's ContainerStatus does not say which sandbox a container is in.
    std::map<std::string, std::string> sandbox_of;
};

Task<Result<LiveStatus>> CriRuntime::Impl::live_status(std::string id, bool verbose, Call limits) {
    proto::ContainerStatusRequest request;
    request.set_container_id(id);
    request.set_verbose(verbose);
    return call<proto::ContainerStatusResponse>(
        runtime_method("ContainerStatus"), std::move(request), std::move(limits),
        [](const proto::ContainerStatusResponse& answer) {
            LiveStatus live{from_proto(answer.status()), 0};
            const auto found = answer.info().find("info");
            if (found == answer.info().end()) return live;
            const ContainerInfo info = parse_container_info(found->second);
            live.pid = info.pid;
            live.status.pod_sandbox_id = info.sandbox_id;
            return live;
        });
}

Task<Result<ExecSyncResponse>> CriRuntime::Impl::send_exec(ExecSyncRequest request, Call limits) {
    proto::ExecSyncRequest message;
    message.set_container_id(request.container_id);
    message.mutable_cmd()->Assign(request.command.begin(), request.command.end());
    message.set_timeout(request.timeout_s);
    return call<proto::ExecSyncResponse>(runtime_method("ExecSync"), std::move(message), std::move(limits),
                                         [](proto::ExecSyncResponse& answer) {
                                             return ExecSyncResponse{std::move(*answer.mutable_stdout()),
                                                                     std::move(*answer.mutable_stderr()),
                                                                     answer.exit_code()};
                                         });
}

Task<pid_t> CriRuntime::Impl::find_init(std::string id) {
    if (const pid_t pid = exits.pid_of(id); pid != 0) co_return pid;
    const auto live = co_await live_status(id, true, clock->call_within(lookup_limit, stopping.token()));
    co_return live && live->status.state == ContainerState::running ? live->pid : 0;
}

CriRuntime::CriRuntime(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CriRuntime::~CriRuntime() = default;

Task<void> CriRuntime::stop() {
    impl_->stopping.cancel({Code::cancelled, "the runtime adapter is stopping"});
    co_await impl_->client.stop();
    co_await impl_->events.stop();
    co_await impl_->exits.stop();
    co_await impl_->kept.stop();
    co_await impl_->execs.stop();
}

void CriRuntime::on_event(std::function<void(ContainerEvent)> listener) {
    impl_->listener = std::move(listener);
    impl_->events.begin();
}

Task<Status> CriRuntime::watch_container(std::string id, Call call) {
    return impl_->exits.watch(std::move(id), std::move(call));
}

Task<Result<VersionResponse>> CriRuntime::version(Call call) {
    return impl_->call<proto::VersionResponse>(
        runtime_method("Version"), proto::VersionRequest{}, std::move(call), [](const auto& answer) {
            return VersionResponse{answer.runtime_name(), answer.runtime_version(),
                                   answer.runtime_api_version()};
        });
}

Task<Result<std::vector<RuntimeCondition>>> CriRuntime::status(Call call) {
    return impl_->call<proto::StatusResponse>(
        runtime_method("Status"), proto::StatusRequest{}, std::move(call),
        [](const auto& answer) { return converted<RuntimeCondition>(answer.status().conditions()); });
}

Task<Result<std::string>> CriRuntime::run_pod_sandbox(PodSandboxConfig config, Call call) {
    proto::RunPodSandboxRequest request;
    to_proto(config, request.mutable_config());
    request.set_runtime_handler(config.runtime_handler);
    return impl_->call<proto::RunPodSandboxResponse>(
        runtime_method("RunPodSandbox"), std::move(request), std::move(call),
        [](const auto& answer) { return answer.pod_sandbox_id(); });
}

Task<Status> CriRuntime::stop_pod_sandbox(std::string id, Call call) {
    return impl_->command(runtime_method("StopPodSandbox"), for_sandbox<proto::StopPodSandboxRequest>(id),
                          std::move(call));
}

Task<Status> CriRuntime::remove_pod_sandbox(std::string id, Call call) {
    auto request = for_sandbox<proto::RemovePodSandboxRequest>(id);
    const Status removed =
        co_await impl_->command(runtime_method("RemovePodSandbox"), std::move(request), std::move(call));
    if (removed) {
        impl_->exits.forget_sandbox(id);
        std::erase_if(impl_->sandbox_of, [&id](const auto& entry) { return entry.second == id; });
    }
    co_return removed;
}

Task<Result<PodSandboxStatus>> CriRuntime::pod_sandbox_status(std::string id, Call call) {
    return impl_->call<proto::PodSandboxStatusResponse>(
        runtime_method("PodSandboxStatus"), for_sandbox<proto::PodSandboxStatusRequest>(id), std::move(call),
        [](const auto& answer) { return from_proto(answer.status()); });
}

Task<Result<std::vector<PodSandbox>>> CriRuntime::list_pod_sandbox(Filter filter, Call call) {
    return impl_->call<proto::ListPodSandboxResponse>(
        runtime_method("ListPodSandbox"), selecting<proto::ListPodSandboxRequest>(filter), std::move(call),
        [](const auto& answer) { return converted<PodSandbox>(answer.items()); });
}

Task<Result<std::string>> CriRuntime::create_container(std::string sandbox_id, ContainerConfig config,
                                                       PodSandboxConfig sandbox_config, Call call) {
    auto request = for_sandbox<proto::CreateContainerRequest>(sandbox_id);
    to_proto(config, request.mutable_config());
    to_proto(sandbox_config, request.mutable_sandbox_config());
    auto id = co_await impl_->call<proto::CreateContainerResponse>(
        runtime_method("CreateContainer"), std::move(request), std::move(call),
        [](const auto& answer) { return answer.container_id(); });
    if (id) impl_->sandbox_of[*id] = sandbox_id;
    co_return id;
}

Task<Status> CriRuntime::start_container(std::string id, Call call) {
    proto::StartContainerRequest request;
    request.set_container_id(id);
    auto started =
        co_await impl_->command(runtime_method("StartContainer"), std::move(request), std::move(call));
    // A call that ended early may still take effect, and nobody else would notice.
    if (started || may_take_effect(started.error())) impl_->exits.watch_soon(id);
    co_return started;
}

Task<Status> CriRuntime::stop_container(std::string id, Duration timeout, Call call) {
    proto::StopContainerRequest request;
    request.set_container_id(id);
    request.set_timeout(std::chrono::ceil<std::chrono::seconds>(std::max(timeout, Duration::zero())).count());
    return impl_->command(runtime_method("StopContainer"), std::move(request), std::move(call));
}

Task<Status> CriRuntime::signal_container(std::string id, std::string signal, Call call) {
    const int number = kernel_signal(signal);
    if (number == 0) return refuse(fmt::format("there is no signal {}", signal));
    return impl_->exits.signal(std::move(id), number, std::move(call));
}

Task<Status> CriRuntime::remove_container(std::string id, Call call) {
    proto::RemoveContainerRequest request;
    request.set_container_id(id);
    auto removed =
        co_await impl_->command(runtime_method("RemoveContainer"), std::move(request), std::move(call));
    if (removed) {
        impl_->exits.forget(id);
        impl_->sandbox_of.erase(id);
        impl_->kept.forget(id);
    }
    co_return removed;
}

Task<Result<std::vector<Container>>> CriRuntime::list_containers(Filter filter, Call call) {
    return impl_->call<proto::ListContainersResponse>(
        runtime_method("ListContainers"), selecting<proto::ListContainersRequest>(filter), std::move(call),
        [](const auto& answer) { return converted<Container>(answer.containers()); });
}

Task<Result<ContainerStatus>> CriRuntime::container_status(std::string id, Call call) {
    const std::string sandbox = impl_->sandbox_of.contains(id) ? impl_->sandbox_of.at(id) : "";
    auto live = co_await impl_->live_status(std::move(id), sandbox.empty(), std::move(call));
    if (!live) co_return std::unexpected(std::move(live.error()));
    if (!sandbox.empty()) live->status.pod_sandbox_id = sandbox;
    impl_->exits.correct(live->status);
    co_return std::move(live->status);
}

Task<Result<ExecSyncResponse>> CriRuntime::exec_sync(ExecSyncRequest request, Call call) {
    return impl_->execs.run(std::move(request), std::move(call));
}

Task<Result<ExecSyncResponse>> CriRuntime::await_exec(AwaitExecRequest request, Call call) {
    return impl_->execs.await(std::move(request), std::move(call));
}

Task<Result<std::string>> CriRuntime::exec(ExecRequest request, Call call) {
    impl_->execs.note_stream(request.container_id, request.command);
    return impl_->stream_url<proto::ExecRequest>("Exec", std::move(request), std::move(call));
}

Task<Result<std::string>> CriRuntime::attach(AttachRequest request, Call call) {
    return impl_->stream_url<proto::AttachRequest>("Attach", std::move(request), std::move(call));
}

Task<Result<std::string>> CriRuntime::port_forward(PortForwardRequest request, Call call) {
    return impl_->stream_url<proto::PortForwardRequest>("PortForward", std::move(request), std::move(call));
}

Task<Result<std::vector<ContainerStats>>> CriRuntime::list_container_stats(Filter filter, Call call) {
    return impl_->call<proto::ListContainerStatsResponse>(
        runtime_method("ListContainerStats"), selecting<proto::ListContainerStatsRequest>(filter),
        std::move(call), [](const auto& answer) { return converted<ContainerStats>(answer.stats()); });
}

Task<Status> CriRuntime::update_container_resources(std::string id, LinuxResources resources, Call call) {
    proto::UpdateContainerResourcesRequest request;
    request.set_container_id(id);
    to_proto(resources, request.mutable_linux());
    return impl_->command(runtime_method("UpdateContainerResources"), std::move(request), std::move(call));
}

Task<Status> CriRuntime::reopen_container_log(std::string id, Call call) {
    proto::ReopenContainerLogRequest request;
    request.set_container_id(id);
    return impl_->command(runtime_method("ReopenContainerLog"), std::move(request), std::move(call));
}

Task<Result<std::string>> CriRuntime::pull_image(std::string image, std::optional<AuthConfig> login,
                                                 Call call) {
    auto request = for_image<proto::PullImageRequest>(image);
    if (login) to_proto(*login, request.mutable_auth());
    return impl_->call<proto::PullImageResponse>(image_method("PullImage"), std::move(request),
                                                 std::move(call),
                                                 [](const auto& answer) { return answer.image_ref(); });
}

Task<Result<std::optional<Image>>> CriRuntime::image_status(std::string image, Call call) {
    return impl_->call<proto::ImageStatusResponse>(
        image_method("ImageStatus"), for_image<proto::ImageStatusRequest>(image), std::move(call),
        [](const auto& answer) -> std::optional<Image> {
            if (!answer.has_image()) return std::nullopt;
            return from_proto(answer.image());
        });
}

Task<Result<std::vector<Image>>> CriRuntime::list_images(Call call) {
    return impl_->call<proto::ListImagesResponse>(
        image_method("ListImages"), proto::ListImagesRequest{}, std::move(call),
        [](const auto& answer) { return converted<Image>(answer.images()); });
}

Task<Status> CriRuntime::remove_image(std::string image, Call call) {
    return impl_->command(image_method("RemoveImage"), for_image<proto::RemoveImageRequest>(image),
                          std::move(call));
}

Task<Result<std::vector<FilesystemUsage>>> CriRuntime::image_fs_info(Call call) {
    return impl_->call<proto::ImageFsInfoResponse>(
        image_method("ImageFsInfo"), proto::Empty{}, std::move(call),
        [](const auto& answer) { return converted<FilesystemUsage>(answer.image_filesystems()); });
}

Result<std::unique_ptr<CriRuntime>> make_cri_runtime(Executor executor, Clock* clock,
                                                     const std::string& endpoint, std::string exec_folder) {
    const Result<std::string> path = socket_path(endpoint);
    if (!path) return std::unexpected(path.error());
    auto impl = std::make_unique<CriRuntime::Impl>(std::move(executor), clock, *path, std::move(exec_folder));
    return std::unique_ptr<CriRuntime>(new CriRuntime(std::move(impl)));
}

}  // namespace hooklet::cri
