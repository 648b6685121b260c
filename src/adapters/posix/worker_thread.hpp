// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "base/task.hpp"
#include "ports/clock.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace hooklet {

/// A thread for work that would hold up the loop; one piece at a time, in the order of the calls. All calls
/// must have ended before it goes.
class WorkerThread {
  public:
    /// Set when the work is wanted no more; the work looks at it now and then and gives up with any error.
    using Stop = std::atomic<bool>;
    template <class T>
    using Work = std::move_only_function<Result<T>(const Stop&)>;

    /// `executor` is the loop's.
    WorkerThread(Executor executor, Clock* clock) : executor_(std::move(executor)), clock_(clock) {}
    WorkerThread(const WorkerThread&) = delete;
    WorkerThread& operator=(const WorkerThread&) = delete;
    ~WorkerThread() { thread_.join(); }

    /// Returns the work's result. When the call ends first: its reason, after the work has given up.
    template <class T>
    Task<Result<T>> run(Work<T> work, Call call) {
        if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
        const auto stop = std::make_shared<Stop>(false);
        const Promise<Result<T>> done;
        asio::executor_work_guard<Executor> loop(executor_);
        asio::post(thread_, [work = std::move(work), stop, done, loop = std::move(loop)]() mutable {
            Result<T> result = work(*stop);
            const Executor executor = loop.get_executor();
            asio::post(executor, [done, result = std::move(result), loop = std::move(loop)]() mutable {
                done.set(std::move(result));
            });
        });
        const Timer late = clock_->at(call.deadline, [stop] { *stop = true; });
        const CancelRegistration cancelled = call.cancel.on_cancel([stop] { *stop = true; });
        Result<T> result = co_await done.get();
        if (result || !*stop) co_return result;
        if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
        co_return fail(Code::deadline, "took too long: " + result.error().text());
    }

  private:
    Executor executor_;
    Clock* clock_;
    asio::thread_pool thread_{1};
};

}  // namespace hooklet
