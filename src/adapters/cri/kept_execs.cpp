// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/kept_execs.hpp"

#include "adapters/cri/requests.hpp"
#include "adapters/posix/descriptor_reader.hpp"
#include "base/promise.hpp"
#include "ports/bounded.hpp"

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <tasks_v1.pb.h>
#include <unistd.h>

namespace hooklet::cri {

/// What a command writes to one of its streams.
struct KeptExecs::Output {
    UniqueFd pipe;  ///< Until it is read.
    std::optional<DescriptorReader> reader{};
    std::string head{};
    std::string tail{};
    bool ended = false;
    std::vector<Promise<Result<std::monostate>>> waiting{};

    void read(const Executor& executor);
    void add(std::string_view text);
    void end();
    /// Set when it has ended; for one who waits, of whom there may be several, one after the other.
    Promise<Result<std::monostate>> over();
};

struct KeptExecs::Pipes {
    std::shared_ptr<Output> out;
    std::shared_ptr<Output> err;
};

namespace {

using namespace std::chrono_literals;

/// What is kept of each end of an output.
constexpr std::size_t kept_end = 128UL * 1024;
constexpr Duration removal_limit = 30s;

/// containerd's enum Status (types/task).
constexpr std::int32_t status_created = 1;
constexpr std::int32_t status_running = 2;

std::string task_method(const char* name) {
    return std::string("/containerd.services.tasks.v1.Tasks/") + name;
}

containerd::tasks::ProcessRequest process_request(const ExecName& name) {
    containerd::tasks::ProcessRequest request;
    request.set_container_id(name.container_id);
    request.set_exec_id(name.exec_id);
    return request;
}

/// The process of a container, by its OCI runtime spec, with another command and without a terminal.
Result<std::string> process_spec(std::string_view container_spec, const std::vector<std::string>& command) {
    boost::json::error_code error;
    boost::json::value spec = boost::json::parse(container_spec, error);
    boost::json::object* const object = error ? nullptr : spec.if_object();
    boost::json::value* const process = object == nullptr ? nullptr : object->if_contains("process");
    if (process == nullptr || !process->is_object())
        return fail(Code::internal, "the engine has no process in its record of the container");
    boost::json::object& changed = process->as_object();
    changed["args"] = boost::json::array(command.begin(), command.end());
    changed["terminal"] = false;
    return boost::json::serialize(changed);
}

}  // namespace

void KeptExecs::Output::read(const Executor& executor) {
    if (!pipe) return;
    reader.emplace(executor, std::move(pipe), [this](int error, std::string_view text) {
        add(text);
        if (error != 0) end();
        return error == 0;
    });
}

void KeptExecs::Output::end() {
    ended = true;
    for (auto& one : std::exchange(waiting, {})) one.set(std::monostate{});
}

Promise<Result<std::monostate>> KeptExecs::Output::over() {
    Promise<Result<std::monostate>> promise;
    waiting.push_back(promise);
    if (ended) end();
    return promise;
}

void KeptExecs::Output::add(std::string_view text) {
    const std::size_t room = kept_end - head.size();
    head += text.substr(0, room);
    if (text.size() <= room) return;
    tail += text.substr(room);
    if (tail.size() > 2 * kept_end) tail.erase(0, tail.size() - kept_end);
}

std::string KeptExecs::pipe_of(const ExecName& name, const char* stream) const {
    return fmt::format("{}/{}/{}.{}", folder_, name.container_id, name.exec_id, stream);
}

Result<std::shared_ptr<KeptExecs::Output>> KeptExecs::open(const ExecName& name, const char* stream,
                                                           bool make) const {
    const std::string path = pipe_of(name, stream);
    if (make && ::mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST)
        return std::unexpected(errno_error("mkfifo " + path, errno));
    auto output = std::make_shared<Output>();
    // The shim waits until somebody reads.
    output->pipe = UniqueFd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
    if (!output->pipe && make) return std::unexpected(errno_error("open " + path, errno));
    if (!output->pipe) output->ended = true;
    return output;
}

Result<std::shared_ptr<KeptExecs::Pipes>> KeptExecs::open(const ExecName& name, bool make) {
    if (const auto known = pipes_.find(name.exec_id); known != pipes_.end()) return known->second;
    const std::string folder = folder_ + "/" + name.container_id;
    std::error_code error;
    if (make) std::filesystem::create_directories(folder, error);
    if (error) return std::unexpected(errno_error(folder, error.value()));
    auto out = open(name, "out", make);
    if (!out) return std::unexpected(out.error());
    auto err = open(name, "err", make);
    if (!err) return std::unexpected(err.error());
    return pipes_[name.exec_id] = std::make_shared<Pipes>(*out, *err);
}

Task<KeptExecs::Response> KeptExecs::run(ExecSyncRequest request, Started started, Call call) {
    ExecName name{request.container_id, request.exec_id};
    auto pipes = open(name, true);
    if (!pipes) co_return std::unexpected(pipes.error());
    const Result<pid_t> pid = co_await begin(name, std::move(request), call);
    if (!pid) {
        if (!may_take_effect(pid.error())) gate_.spawn(remove(name));
        co_return std::unexpected(pid.error());
    }
    started(*pid);
    co_return co_await end(std::move(name), *pipes, std::move(call));
}

Task<Result<pid_t>> KeptExecs::begin(ExecName name, ExecSyncRequest request, Call call) {
    namespace tasks = containerd::tasks;
    tasks::GetContainerRequest of_container;
    of_container.set_id(name.container_id);
    const auto spec = co_await unary<tasks::GetContainerResponse>(
        client_, "/containerd.services.containers.v1.Containers/Get", std::move(of_container), call,
        [](const tasks::GetContainerResponse& answer) { return answer.container().spec().value(); });
    if (!spec) co_return std::unexpected(spec.error());
    auto process = process_spec(*spec, request.command);
    if (!process) co_return std::unexpected(process.error());
    tasks::ExecProcessRequest exec;
    exec.set_container_id(name.container_id);
    exec.set_exec_id(name.exec_id);
    exec.set_stdout(pipe_of(name, "out"));
    exec.set_stderr(pipe_of(name, "err"));
    exec.mutable_spec()->set_type_url("types.containerd.io/opencontainers/runtime-spec/1/Process");
    exec.mutable_spec()->set_value(*std::move(process));
    const auto made = co_await client_->unary(task_method("Exec"), exec.SerializeAsString(), call);
    if (!made) co_return std::unexpected(made.error());
    auto pid = co_await unary<tasks::StartResponse>(
        client_, task_method("Start"), process_request(name), call,
        [](const tasks::StartResponse& answer) { return static_cast<pid_t>(answer.pid()); });
    // In the words of CRI's calls.
    if (!pid)
        pid.error().message = "failed to exec in container: failed to start exec: " + pid.error().message;
    co_return pid;
}

Task<Result<pid_t>> KeptExecs::find(ExecName name, Call call) {
    const auto process = co_await unary<containerd::tasks::GetResponse>(
        client_, task_method("Get"), process_request(name), call,
        [](const containerd::tasks::GetResponse& answer) { return answer.process(); });
    if (!process) co_return std::unexpected(process.error());
    if (process->status() == status_created) {
        co_await remove(std::move(name));
        co_return fail(Code::not_found, "the command was not started");
    }
    co_return process->status() == status_running ? static_cast<pid_t>(process->pid()) : -1;
}

Task<KeptExecs::Response> KeptExecs::await(ExecName name, Call call) {
    auto pipes = open(name, false);
    if (!pipes) co_return std::unexpected(pipes.error());
    co_return co_await end(std::move(name), *pipes, std::move(call));
}

Task<KeptExecs::Response> KeptExecs::end(ExecName name, std::shared_ptr<Pipes> pipes, Call call) {
    for (const auto& output : {pipes->out, pipes->err}) output->read(gate_.executor());
    const auto exit_code = co_await unary<containerd::tasks::WaitResponse>(
        client_, task_method("Wait"), process_request(name), call,
        [](const auto& answer) { return static_cast<std::int32_t>(answer.exit_status()); });
    if (!exit_code) co_return std::unexpected(exit_code.error());
    // As with ExecSync, a command ends when nobody holds its output any more.
    CancelSource either(call.cancel);
    const auto stopped = stopping_.token().on_cancel([&either] { either.cancel(); });
    const Call output_call{call.deadline, either.token()};
    for (const auto& output : {pipes->out, pipes->err}) {
        const Promise<Result<std::monostate>> promise = output->over();
        const auto over = co_await bounded(clock_, promise, output_call);
        if (!over) co_return std::unexpected(over.error());
    }
    gate_.spawn(remove(std::move(name)));
    const auto text = [](const Output& output) { return output.head + output.tail; };
    co_return ExecSyncResponse{text(*pipes->out), text(*pipes->err), *exit_code};
}

Task<void> KeptExecs::remove(ExecName name) {
    const Call call = clock_->call_within(removal_limit, stopping_.token());
    const auto request = process_request(name);
    // What stays goes with the container.
    (void)co_await client_->unary(task_method("DeleteProcess"), request.SerializeAsString(), call);
    pipes_.erase(name.exec_id);
    for (const char* stream : {"out", "err"}) ::unlink(pipe_of(name, stream).c_str());
    // If it is the container's last.
    ::rmdir((folder_ + "/" + name.container_id).c_str());
}

void KeptExecs::forget(const std::string& container_id) const {
    std::error_code ignored;
    if (available()) std::filesystem::remove_all(folder_ + "/" + container_id, ignored);
}

Task<void> KeptExecs::stop() {
    stopping_.cancel({Code::cancelled, "the runtime adapter is stopping"});
    co_await gate_.close();
    pipes_.clear();
}

}  // namespace hooklet::cri
