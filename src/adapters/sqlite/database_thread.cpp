// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/database_thread.hpp"

#include "base/fault_point.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace hooklet {

namespace {

using Jobs = std::span<const std::unique_ptr<DatabaseThread::Job>>;

/// Does the writes as one transaction: all of them are on disk, or the failure is everyone's.
void run_writes(Database& database, Jobs jobs, std::string_view what) {
    fault_point("before a write to the", what);
    Status committed = database.run("BEGIN IMMEDIATE");
    if (committed) {
        Status last;
        // A failure that ends the transaction, such as a full disk, undoes the writes before it too.
        for (std::size_t i = 0; i < jobs.size() && database.in_transaction(); ++i)
            last = jobs[i]->run(database);
        fault_point("before the commit in the", what);
        committed = database.in_transaction() ? database.run("COMMIT") : last;
        if (database.in_transaction()) (void)database.run("ROLLBACK");
    }
    fault_point("after a write to the", what);
    for (const auto& job : jobs) job->answer(committed);
}

void run_batch(Database& database, Jobs jobs, std::string_view what) {
    while (!jobs.empty()) {
        const auto reads = std::ranges::find_if(jobs, [](const auto& job) { return !job->writes; });
        const auto writes = static_cast<std::size_t>(reads - jobs.begin());
        if (writes > 0) {
            run_writes(database, jobs.first(writes), what);
        } else {
            (void)jobs.front()->run(database);
            jobs.front()->answer(Status{});
        }
        jobs = jobs.subspan(std::max<std::size_t>(writes, 1));
    }
}

}  // namespace

DatabaseThread::DatabaseThread(Executor executor, Database database, DatabaseUse use)
    : executor_(std::move(executor)),
      use_(use),
      database_(std::move(database)),
      thread_([this] { run_thread(); }) {}

DatabaseThread::~DatabaseThread() {
    join();
}

Error DatabaseThread::closed() const {
    return {Code::unavailable, "the " + std::string(use_.what) + " is closed"};
}

void DatabaseThread::enqueue(std::unique_ptr<Job> job) {
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(job));
    }
    wake_.notify_one();
}

Task<> DatabaseThread::stop() {
    // Drained first, so that the loop is not blocked for long.
    (void)co_await submit<void>(false, [](Database&) { return Status{}; });
    join();
}

/// Waits for the thread, which ends when the queue is empty, and closes the file.
void DatabaseThread::join() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
    database_.reset();
}

void DatabaseThread::run_thread() {
    while (true) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        const auto batch = std::exchange(queue_, {});
        lock.unlock();
        run_batch(*database_, batch, use_.what);
    }
}

}  // namespace hooklet
