// SPDX-License-Identifier: Apache-2.0
#include "images/image_puller.hpp"

#include "base/back_off.hpp"
#include "images/image_name.hpp"
#include "ports/retry.hpp"

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr Duration inspect_limit = std::chrono::minutes{2};
/// How long an engine that is away is asked again before that is told.
constexpr Duration engine_patience = std::chrono::seconds{10};
constexpr Duration first_retry = std::chrono::milliseconds{100};
constexpr Duration pull_limit = std::chrono::hours{1};
/// How soon after a failure the container is looked at again; the back-off decides whether it is tried.
constexpr Duration look_again = std::chrono::seconds{1};
constexpr Duration retry_slowly = std::chrono::seconds{10};

}  // namespace

Task<ImagePuller::Answer> ImagePuller::ensure(api::Container container, Recorder recorder, CancelToken cancel,
                                              PullOptions options) {
    const std::string& shown = container.image;
    const Result<std::string> image = with_default_tag(shown);
    if (!image) {
        recorder.event(event::invalid_image_name(shown, image.error().message));
        co_return give_up(
            recorder, "InvalidImageName",
            fmt::format("Failed to apply default image tag \"{}\": {}", shown, image.error().message),
            retry_slowly);
    }
    if (container.imagePullPolicy == "Always")
        co_return co_await pull(*image, shown, recorder, cancel, std::move(options));

    const Result<std::optional<cri::Image>> present = co_await inspect(*image, cancel);
    if (!present && cancel.cancelled()) co_return interrupted(present.error());
    if (!present) {
        recorder.event(event::inspect_failed(present.error().message));
        co_return give_up(recorder, "ImageInspectError",
                          fmt::format("Failed to inspect image \"\": {}", present.error().message),
                          retry_slowly);
    }
    if (*present) {
        recorder.event(event::already_present(shown));
        co_return ReadyImage{(*present)->id, **present};
    }
    if (container.imagePullPolicy == "Never") {
        const event::Text text = event::never_pull(shown);
        recorder.event(text);
        co_return give_up(recorder, "ErrImageNeverPull", text.message, retry_slowly);
    }
    co_return co_await pull(*image, shown, recorder, cancel, std::move(options));
}

Task<Result<std::optional<cri::Image>>> ImagePuller::inspect(std::string image, CancelToken cancel) {
    const Call patience = clock_->call_within(engine_patience, cancel);
    for (unsigned failures = 0;; ++failures) {
        const Call call = clock_->call_within(inspect_limit, cancel);
        auto found = co_await runtime_->image_status(image, call);
        if (found || found.error().code != Code::unavailable) co_return found;
        const Duration delay = retry_delay(failures, first_retry, look_again);
        const bool in_time = co_await wait_to_retry(clock_, delay, patience);
        if (!in_time) co_return found;
    }
}

Task<ImagePuller::Answer> ImagePuller::pull(std::string image, std::string shown, Recorder recorder,
                                            CancelToken cancel, PullOptions options) {
    if (std::optional<ImageFailure> wait = blocked(shown, recorder))
        co_return std::unexpected(std::move(*wait));
    recorder.event(event::pulling(shown));
    recorder.step(StepKind::pulling, shown);
    const MonotonicTime begun = clock_->now();
    const auto [ref, took] = co_await pull_in_turn(image, std::move(options.logins), cancel);
    if (!ref && cancel.cancelled()) co_return interrupted(ref.error());
    if (!ref) {
        const std::string error = ref.error().text();
        recorder.event(event::pull_failed(shown, error));
        recorder.event(event::failed("ErrImagePull"));
        co_return std::unexpected(ImageFailure{
            "ErrImagePull", error, count_failure(recorder.pod().uid, shown, error, options.limits)});
    }
    if (const auto pod = failures_.find(recorder.pod().uid); pod != failures_.end()) pod->second.erase(shown);
    const Duration including_waiting = clock_->now() - begun;
    const Result<std::optional<cri::Image>> pulled = co_await inspect(*ref, cancel);
    const cri::Image facts = pulled && *pulled ? **pulled : cri::Image{};
    recorder.event(event::pulled(shown, took, including_waiting, facts.size_bytes));
    LifecycleStep step;
    step.step = StepKind::pulled;
    step.took = took;
    step.detail = shown;
    recorder.step(std::move(step));
    co_return ReadyImage{*ref, facts};
}

Task<ImagePuller::Pulled> ImagePuller::pull_in_turn(std::string image, std::vector<cri::AuthConfig> logins,
                                                    CancelToken cancel) {
    const bool has_turn = co_await turns_.enter(cancel);
    if (!has_turn) co_return Pulled{std::unexpected(cancel.reason())};
    const MonotonicTime begun = clock_->now();
    const Call call = clock_->call_within(pull_limit, cancel);
    std::optional<cri::AuthConfig> login;
    Result<std::string> ref;
    std::size_t tried = 0;
    do {
        if (tried < logins.size()) login = logins[tried];
        ref = co_await runtime_->pull_image(image, login, call);
    } while (!ref && ++tried < logins.size() && !cancel.cancelled());
    turns_.leave();
    co_return Pulled{std::move(ref), clock_->now() - begun};
}

/// Nobody waits for the image any more; that is no failure to tell of.
ImagePuller::Answer ImagePuller::interrupted(const Error& why) const {
    return std::unexpected(ImageFailure{"ErrImagePull", why.message, clock_->now()});
}

ImagePuller::Answer ImagePuller::give_up(const Recorder& recorder, std::string reason, std::string message,
                                         Duration retry_after) const {
    recorder.event(event::failed(reason));
    return std::unexpected(ImageFailure{std::move(reason), std::move(message), clock_->now() + retry_after});
}

std::optional<ImageFailure> ImagePuller::blocked(const std::string& shown, const Recorder& recorder) {
    const auto pod = failures_.find(recorder.pod().uid);
    if (pod == failures_.end()) return std::nullopt;
    const auto found = pod->second.find(shown);
    if (found == pod->second.end()) return std::nullopt;
    const auto until = found->second.back_off.blocked_until(found->second.last, clock_->now());
    if (!until) return std::nullopt;
    recorder.event(event::pull_back_off(shown));
    recorder.event(event::failed("ImagePullBackOff"));
    return ImageFailure{
        "ImagePullBackOff",
        fmt::format("Back-off pulling image \"{}\": ErrImagePull: {}", shown, found->second.error), *until};
}

ImagePuller::PodFailures ImagePuller::failures(const std::string& pod_uid) const {
    const auto found = failures_.find(pod_uid);
    return found == failures_.end() ? PodFailures{} : found->second;
}

void ImagePuller::resume(const std::string& pod_uid, PodFailures failures) {
    if (!failures.empty()) failures_[pod_uid] = std::move(failures);
}

MonotonicTime ImagePuller::count_failure(const std::string& pod_uid, const std::string& shown,
                                         const std::string& error, BackOffLimits limits) {
    PullFailures& failures =
        failures_[pod_uid].try_emplace(shown, PullFailures{BackOff(limits)}).first->second;
    const MonotonicTime now = clock_->now();
    failures.back_off.next(now, now);
    failures.last = now;
    failures.error = error;
    return now + look_again;
}

}  // namespace hooklet
