// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/sqlite_journal.hpp"

#include "adapters/sqlite/journal_tables.hpp"
#include "base/promise.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace hooklet {

namespace {

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

using Jobs = std::span<const std::unique_ptr<Job>>;

template <class T>
using Work = std::move_only_function<Result<T>(Database&)>;

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
        asio::post(loop.get_executor(), [promise = std::move(promise), result = std::move(result)]() mutable {
            promise.set(std::move(result));
        });
    }

    Work<T> work;
    asio::executor_work_guard<Executor> loop;  ///< It does not run out of work before the answer is there.
    Promise<Result<T>> promise;
    Result<T> result;
};

/// Does the writes as one transaction: all of them are on disk, or the failure is everyone's.
void run_writes(Database& database, Jobs jobs) {
    Status committed = database.run("BEGIN IMMEDIATE");
    if (committed) {
        Status last;
        // A failure that ends the transaction, such as a full disk, undoes the writes before it too.
        for (std::size_t i = 0; i < jobs.size() && database.in_transaction(); ++i)
            last = jobs[i]->run(database);
        committed = database.in_transaction() ? database.run("COMMIT") : last;
        if (database.in_transaction()) (void)database.run("ROLLBACK");
    }
    for (const auto& job : jobs) job->answer(committed);
}

void run_batch(Database& database, Jobs jobs) {
    while (!jobs.empty()) {
        const auto reads = std::ranges::find_if(jobs, [](const auto& job) { return !job->writes; });
        const auto writes = static_cast<std::size_t>(reads - jobs.begin());
        if (writes > 0) {
            run_writes(database, jobs.first(writes));
        } else {
            (void)jobs.front()->run(database);
            jobs.front()->answer(Status{});
        }
        jobs = jobs.subspan(std::max<std::size_t>(writes, 1));
    }
}

}  // namespace

/// The thread and its queue. All but run_thread() is called from the loop.
class SqliteJournal::Worker {
  public:
    Worker(Executor executor, Database database)
        : executor_(std::move(executor)), database_(std::move(database)), thread_([this] { run_thread(); }) {}
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() { join(); }

    /// Runs `work` on the thread and returns its result, once it is on disk if it `writes`.
    template <class T>
    Task<Result<T>> submit(bool writes, Work<T> work) {
        if (stopping_) co_return fail(Code::unavailable, "the journal is closed");
        const Promise<Result<T>> promise;
        {
            auto job = std::make_unique<TypedJob<T>>(writes, std::move(work), executor_, promise);
            const std::lock_guard lock(mutex_);
            queue_.push_back(std::move(job));
        }
        wake_.notify_one();
        co_return co_await promise.get();
    }

    /// Waits for the thread, which ends when the queue is empty, and closes the file.
    void join() {
        if (!thread_.joinable()) return;
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_one();
        thread_.join();
        database_.reset();
    }

  private:
    void run_thread() {
        while (true) {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            const auto batch = std::exchange(queue_, {});
            lock.unlock();
            run_batch(*database_, batch);
        }
    }

    Executor executor_;
    std::optional<Database> database_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::unique_ptr<Job>> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

SqliteJournal::SqliteJournal(std::unique_ptr<Worker> worker) : worker_(std::move(worker)) {}

SqliteJournal::~SqliteJournal() = default;

Task<Result<std::int64_t>> SqliteJournal::add_attempt(HookAttempt attempt) {
    return worker_->submit<std::int64_t>(
        true, [attempt = std::move(attempt)](Database& database) { return insert(database, attempt); });
}

Task<Status> SqliteJournal::finish_attempt(HookAttempt attempt) {
    return worker_->submit<void>(
        true, [attempt = std::move(attempt)](Database& database) { return update(database, attempt); });
}

Task<Status> SqliteJournal::add_step(LifecycleStep step) {
    return worker_->submit<void>(
        true, [step = std::move(step)](Database& database) { return insert(database, step); });
}

Task<Status> SqliteJournal::add_event(EventRecord event) {
    return worker_->submit<void>(
        true, [event = std::move(event)](Database& database) { return insert(database, event); });
}

Task<Result<JournalContents>> SqliteJournal::read(JournalQuery query) {
    return worker_->submit<JournalContents>(
        false, [query = std::move(query)](Database& database) { return select(database, query); });
}

Task<> SqliteJournal::stop() {
    // Drained first, so that the loop is not blocked for long.
    (void)co_await worker_->submit<void>(false, [](Database&) { return Status{}; });
    worker_->join();
}

namespace {

Result<std::unique_ptr<SqliteJournal>> open_journal(Executor executor, const std::string& path,
                                                    Database::Access access) {
    auto database = Database::open(path, access);
    if (!database) return std::unexpected(database.error());
    if (auto migrated = database->migrate(journal_migrations, access); !migrated) {
        return std::unexpected(migrated.error());
    }
    return std::make_unique<SqliteJournal>(
        std::make_unique<SqliteJournal::Worker>(std::move(executor), *std::move(database)));
}

}  // namespace

Result<std::unique_ptr<SqliteJournal>> open_sqlite_journal(Executor executor, const std::string& path) {
    return open_journal(std::move(executor), path, Database::Access::read_write);
}

Result<std::unique_ptr<SqliteJournal>> open_sqlite_journal_reader(Executor executor,
                                                                  const std::string& path) {
    return open_journal(std::move(executor), path, Database::Access::read_only);
}

}  // namespace hooklet
