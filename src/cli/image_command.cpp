// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "cli/image_table.hpp"
#include "cli/pull_progress.hpp"
#include "cli/status_line.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

constexpr Duration list_limit = std::chrono::seconds{30};
constexpr Duration pull_limit = std::chrono::minutes{30};

/// The part of a verb that needs an agent.
using Work = std::function<Task<Status>(Environment*, Session*, CancelToken)>;

/// Opens a session, does the work in it and closes it again. An interrupt ends the work.
Task<int> in_session(Environment* env, SessionOptions options, Work work) {
    options.images_only = true;
    const auto interrupted = std::make_shared<CancelSource>();
    env->on_interrupt([interrupted] { interrupted->cancel({Code::cancelled, "interrupted"}); });
    Result<std::unique_ptr<Session>> session = co_await env->open(std::move(options), interrupted->token());
    Status done;
    if (session) {
        done = co_await work(env, session->get(), interrupted->token());
        co_await (*session)->close(Containers::ended);
    } else {
        done = std::unexpected(session.error());
    }
    if (interrupted->token().cancelled()) co_return exit_interrupted;
    if (done) co_return exit_ok;
    complain(*env, done.error().text());
    co_return exit_failed;
}

Task<Status> load(Environment* env, Session* session, std::string path) {
    const Result<std::vector<std::string>> names = co_await session->import_image(path);
    if (!names) co_return wrap(path, names.error());
    for (const std::string& name : *names) env->out(name + "\n");
    co_return Status{};
}

Task<Status> pull(Environment* env, Session* session, std::string image, CancelToken cancel) {
    const Call call = env->clock().call_within(pull_limit, cancel);
    const MonotonicTime begun = env->clock().now();
    StatusLine status(env, [env, image, begun] { return pull_text(image, env->clock().now() - begun); });
    status.refresh();
    const Result<std::string> ref = co_await session->runtime().pull_image(image, std::nullopt, call);
    status.clear();
    if (!ref) co_return wrap("pulling " + image, ref.error());
    env->out(pulled_line(image, *ref, env->clock().now() - begun));
    co_return Status{};
}

Task<Status> list(Environment* env, Session* session, CancelToken cancel) {
    const Call call = env->clock().call_within(list_limit, cancel);
    const Result<std::vector<cri::Image>> images = co_await session->runtime().list_images(call);
    if (!images) co_return wrap("listing the images", images.error());
    env->out(image_table(*images));
    co_return Status{};
}

/// Declares `image NAME ARG`; `make` turns the argument into the work.
void add_action(CLI::App& image, const char* name, const char* argument, const char* help,
                std::shared_ptr<SessionOptions> options, Verb& chosen,
                std::function<Work(std::string)> make) {
    CLI::App* action = image.add_subcommand(name, help);
    const auto value = std::make_shared<std::string>();
    if (argument != nullptr) action->add_option(argument, *value)->required();
    action->callback([&chosen, options, value, make] {
        chosen = [options, work = make(*value)](Environment* env) { return in_session(env, *options, work); };
    });
}

Work load_work(std::string path) {
    return [path](Environment* env, Session* session, CancelToken) { return load(env, session, path); };
}

Work pull_work(std::string image) {
    return [image](Environment* env, Session* session, CancelToken cancel) {
        return pull(env, session, image, std::move(cancel));
    };
}

Work list_work(std::string) {
    return [](Environment* env, Session* session, CancelToken cancel) {
        return list(env, session, std::move(cancel));
    };
}

}  // namespace

void add_image(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen) {
    CLI::App* image = app.add_subcommand("image", "Bring images into the engine, or list them");
    image->require_subcommand(1);
    image->fallthrough();
    add_action(*image, "load", "FILE.tar", "Import an OCI or Docker archive", options, chosen, load_work);
    add_action(*image, "pull", "IMAGE", "Pull an image from its registry", options, chosen, pull_work);
    add_action(*image, "list", nullptr, "List the engine's images", options, chosen, list_work);
}

}  // namespace hooklet::cli
