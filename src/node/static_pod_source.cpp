// SPDX-License-Identifier: Apache-2.0
#include "node/static_pod_source.hpp"

#include "api/json.hpp"

namespace hooklet {

namespace {
/// Several files are often changed at once.
constexpr Duration settling_time = std::chrono::milliseconds{100};
}  // namespace

StaticPodSource::StaticPodSource(Executor executor, Clock* clock, FileSystem* files, DirectoryWatch* watch,
                                 api::DocumentParser yaml_parser, Settings settings, Target target)
    : clock_(clock),
      files_(files),
      watch_(watch),
      settings_(std::move(settings)),
      target_(std::move(target)),
      pods_(settings_.node_name, std::move(yaml_parser)),
      gate_(std::move(executor)) {}

Task<void> StaticPodSource::stop() {
    handle_.reset();
    stopping_.cancel({Code::cancelled, "the agent stops"});
    changed_.notify();
    co_await gate_.close();
}

Task<void> StaticPodSource::loop() {
    const CancelToken cancel = stopping_.token();
    while (!cancel.cancelled()) {
        look();
        const Timer relist =
            clock_->at(clock_->now() + settings_.relist_period, [this] { changed_.notify(); });
        co_await changed_.wait();
        (void)co_await sleep_until(clock_, clock_->call_within(settling_time, cancel));
    }
}

void StaticPodSource::look() {
    if (!handle_) {
        auto handle = watch_->watch(settings_.directory, [this] { changed_.notify(); });
        if (handle) handle_ = *std::move(handle);
    }
    const auto there = files_->type_of(settings_.directory);
    if (there && !*there) handle_.reset();  // a new directory of this name needs a new watch
    const auto files = read_files();
    // What cannot be read now is as it was; what is not there ends its Pods.
    if (files) perform(pods_.on_files(*files, clock_->wall()));
}

Result<std::map<std::string, std::string>> StaticPodSource::read_files() const {
    std::map<std::string, std::string> found;
    const auto names = files_->list_directory(settings_.directory);
    if (!names && names.error().code == Code::not_found) return found;
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        const std::string path = settings_.directory + "/" + name;
        const auto type = files_->type_of(path);
        if (!type) return std::unexpected(type.error());
        if (name.starts_with('.') || *type != FileType::regular) continue;
        // One byte more than the parser takes, so that it says so.
        const auto text = files_->read_tail(path, api::ParseLimits{}.bytes + 1);
        if (!text && text.error().code == Code::not_found) continue;
        if (!text) return std::unexpected(text.error());
        found.emplace(path, *text);
    }
    return found;
}

void StaticPodSource::perform(std::vector<StaticPods::Action> actions) {
    if (stopping_.token().cancelled()) return;
    for (StaticPods::Action& action : actions) {
        if (auto* start = std::get_if<StaticPods::Start>(&action)) {
            target_.add(std::move(start->pod));
        } else if (const auto* end = std::get_if<StaticPods::End>(&action)) {
            target_.remove(end->uid);
        } else {
            target_.tell(std::get<StaticPods::Problem>(action).text);
        }
    }
}

}  // namespace hooklet
