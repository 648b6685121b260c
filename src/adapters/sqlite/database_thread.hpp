// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/database.hpp"
#include "base/promise.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace hooklet {

/// A database with the thread that works on it, in the order of the calls. The writes that wait at the same
/// moment share one transaction. All functions belong to the loop.
class DatabaseThread {
  public:
    template <class T>
    using Work = std::move_only_function<Result<T>(Database&)>;

    DatabaseThread(Executor executor, Database database, DatabaseUse use);
    DatabaseThread(const DatabaseThread&) = delete;
    DatabaseThread& operator=(const DatabaseThread&) = delete;
    /// Without stop(), finishes what was asked before, blocking.
    ~DatabaseThread();

    /// Runs `work` on the thread and returns its result, once it is on disk if it `writes`. Work that fails
    /// must have changed nothing. Code::unavailable after stop().
    template <class T>
    Task<Result<T>> submit(bool writes, Work<T> work) {
        if (stopping_) co_return std::unexpected(closed());
        const Promise<Result<T>> promise;
        enqueue(std::make_unique<TypedJob<T>>(writes, std::move(work), executor_, promise));
        co_return co_await promise.get();
    }

    /// Finishes what was asked before and closes the file.
    Task<> stop();

    /// A call on its way through the thread. Made and destroyed by either side, used by the thread.
    struct Job {
        explicit Job(bool changes) : writes(changes) {}
        Job(const Job&) = delete;
        Job& operator=(const Job&) = delete;
        virtual ~Job() = default;
        virtual Status run(Database& database) = 0;
        /// Sends the result to the loop; `committed` is the failure of the transaction around it, if any.
        virtual void answer(const Status& committed) = 0;
        const bool writes;
    };

  private:
    template <class T>
    struct TypedJob final : Job {
        TypedJob(bool changes, Work<T> work_to_do, const Executor& executor, Promise<Result<T>> to)
            : Job(changes), work(std::move(work_to_do)), loop(executor), promise(std::move(to)) {}

        Status run(Database& database) override {
            result = work(database);
            return result ? Status{} : std::unexpected(result.error());
        }
        void answer(const Status& committed) override {
            if (!committed) result = std::unexpected(committed.error());
            asio::post(loop.get_executor(),
                       [promise = std::move(promise), result = std::move(result)]() mutable {
                           promise.set(std::move(result));
                       });
        }

        Work<T> work;
        asio::executor_work_guard<Executor> loop;  ///< Does not run out of work before the answer is there.
        Promise<Result<T>> promise;
        Result<T> result;
    };

    [[nodiscard]] Error closed() const;
    void enqueue(std::unique_ptr<Job> job);
    void join();
    void run_thread();

    Executor executor_;
    DatabaseUse use_;
    std::optional<Database> database_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::unique_ptr<Job>> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace hooklet
