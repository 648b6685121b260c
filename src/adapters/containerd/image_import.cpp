// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/image_import.hpp"

#include "adapters/containerd/image_archive.hpp"
#include "adapters/posix/process.hpp"
#include "base/back_off.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace hooklet::containerd {

namespace {

using namespace std::chrono_literals;

using Words = std::vector<std::string>;

// g++ 12 cannot compile an initializer list inside a coroutine, so the command lines are made here.

/// `ctr` in the namespace that CRI uses.
Words command_line(std::string_view endpoint, const Words& words) {
    constexpr std::string_view scheme = "unix://";
    if (endpoint.starts_with(scheme)) endpoint.remove_prefix(scheme.size());
    Words argv{"ctr", "--address", std::string(endpoint), "--namespace", "k8s.io", "images"};
    argv.insert(argv.end(), words.begin(), words.end());
    return argv;
}

Words import_words(const ImportTarget& target, const std::string& base_name, const std::string& path) {
    Words words{"import"};
    if (!base_name.empty()) words.insert(words.end(), {"--base-name", base_name});
    if (target.snapshotter.empty()) {
        words.emplace_back("--no-unpack");
    } else {
        words.insert(words.end(), {"--snapshotter", target.snapshotter});
    }
    words.push_back(path);
    return words;
}

/// The command lines that load all images of the archive under their full names.
std::vector<Words> loading(const ImportTarget& target, const std::vector<ArchivedImage>& images,
                           const std::string& path) {
    std::set<std::string> base_names;
    for (const ArchivedImage& image : images) base_names.insert(image.base_name);
    // An import for a base name also loads the images that need none.
    if (base_names.size() > 1) base_names.erase("");
    std::vector<Words> commands;
    commands.reserve(base_names.size() + images.size());
    for (const auto& base_name : base_names) commands.push_back(import_words(target, base_name, path));
    for (const ArchivedImage& image : images) {
        if (image.name != image.imported) commands.push_back({"tag", "--force", image.imported, image.name});
        if (target.name_digests && !image.by_digest.empty())
            commands.push_back({"tag", "--force", image.name, image.by_digest});
    }
    return commands;
}

Task<Status> ctr(Executor executor, Clock* clock, std::string endpoint, Words words, Call call) {
    const std::string what = "ctr images " + words.front();
    auto done = co_await run_command(executor, clock, command_line(endpoint, words), std::move(call));
    if (!done) co_return wrap(what, done.error());
    if (done->exit.ok()) co_return Status{};
    std::string why = done->err.empty() ? done->exit.text() : done->err;
    while (why.ends_with('\n')) why.pop_back();
    co_return fail(Code::internal, what + ": " + why);
}

/// The engine's CRI part learns of new images through events of its own.
Task<Status> wait_until_known(Clock* clock, cri::ContainerRuntime* runtime, std::string name, Call call) {
    for (unsigned attempt = 0;; ++attempt) {
        const auto image = co_await runtime->image_status(name, call);
        if (!image) co_return std::unexpected(image.error());
        if (image->has_value()) co_return Status{};
        if (clock->now() >= call.deadline) {
            co_return fail(Code::deadline, "image " + name + " was loaded, but the engine does not list it");
        }
        const MonotonicTime next = clock->now() + retry_delay(attempt, 2ms, 100ms);
        const Call pause{std::min(next, call.deadline), call.cancel};
        auto slept = co_await sleep_until(clock, pause);
        if (!slept) co_return slept;
    }
}

}  // namespace

Task<Result<std::vector<std::string>>> import_image(Executor executor, Clock* clock, ImportTarget target,
                                                    std::string path, Call call) {
    const auto images = read_image_archive(path);
    if (!images) co_return std::unexpected(images.error());
    auto commands = loading(target, *images, path);
    for (Words& words : commands) {
        const auto done = co_await ctr(executor, clock, target.endpoint, std::move(words), call);
        if (!done) co_return std::unexpected(done.error());
    }
    std::set<std::string> names;
    for (const ArchivedImage& image : *images) names.insert(image.name);
    std::set<std::string> awaited = names;
    for (const ArchivedImage& image : *images) {
        if (target.name_digests && !image.by_digest.empty()) awaited.insert(image.by_digest);
    }
    for (const std::string& name : awaited) {
        const auto known = co_await wait_until_known(clock, target.runtime, name, call);
        if (!known) co_return std::unexpected(known.error());
    }
    co_return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace hooklet::containerd
