// The one thread of a process that talks to the journal.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <variant>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/line/spool.h"

namespace cicada::host::line {

/// Steps in one transaction at most.
inline constexpr std::size_t kMaxGroup = 64;

/// The journal, or a token, cannot do it now; another time it may.
[[nodiscard]] bool is_away(const base::Error& error) noexcept;

/// What became of a step that somebody waited for.
enum class Commit : std::uint8_t {
  applied,
  spooled,  ///< the journal is away; the step is on this machine's disk and will be committed before the next claim
  fenced,
  chip_seen,
  key_seen,
  refused,
};
[[nodiscard]] std::string_view to_string(Commit commit) noexcept;

/// May a step be kept in the spool when the journal is away?
enum class WhenAway : std::uint8_t {
  spool,
  fail,  ///< a bind: whether the chip is new can be said by the journal only
};

/// A card whose steps waited in the spool, and which the journal does not take: its job was set aside meanwhile, has
/// another card, or is in somebody else's hand. Wherever the card lies, a person must look.
struct RefusedCard {
  std::string chip, dossier;  ///< the dossier empty: the journal does not know the chip
};

struct QueueOptions {
  /// How long a step that nobody waits for may wait for one that somebody waits for; and at most, whatever a
  /// transaction takes, one that somebody waits for, for the other stations.
  std::chrono::milliseconds gather{50};
  /// The journal is away: it is tried again not sooner than this.
  std::chrono::milliseconds try_again{1000};
  /// Is told at once of each of them, on the writer's thread, and must not ask the queue anything.
  std::function<void(const RefusedCard&)> on_refused = {};
};

/// What the queue did, for a status line and for measurements.
struct QueueCounts {
  std::uint64_t transactions = 0;
  std::uint64_t steps = 0;     ///< handed to the journal
  std::uint64_t spooled = 0;   ///< written to the spool
  std::uint64_t waiting = 0;   ///< in the spool now, also from an earlier run
  std::uint64_t replayed = 0;  ///< of them, committed later
  std::uint64_t lost = 0;      ///< of them, refused by the journal for good: a person must look
  std::chrono::nanoseconds in_journal{0};
};

/// Owns the use of a journal: stations on other threads hand steps and questions in, in the order in which they shall
/// happen; steps are put together into transactions of at most kMaxGroup. While the spool holds steps nothing else
/// reaches the journal, so that the order of each job's steps is kept.
class JournalQueue {
 public:
  /// Borrows the journal, which nobody else may use meanwhile. Without a spool, steps fail when the journal is away.
  explicit JournalQueue(journal::Journal& journal, std::unique_ptr<Spool> spool = nullptr, QueueOptions options = {});
  JournalQueue(const JournalQueue&) = delete;
  JournalQueue& operator=(const JournalQueue&) = delete;
  JournalQueue(JournalQueue&&) = delete;
  JournalQueue& operator=(JournalQueue&&) = delete;
  /// Commits what was handed in, then ends the thread.
  ~JournalQueue();

  /// Hands a step in and does not wait. That it was refused is seen at the job's next step, which is refused, too.
  void submit(journal::Step step, std::string chip);
  /// The same, and waits until it is on disk: in the journal or in the spool. Fails with transport or io when it is in
  /// neither, else as Journal::apply does.
  [[nodiscard]] base::Result<Commit> commit(journal::Step step, std::string chip, WhenAway away = WhenAway::spool);

  /// Anything else that is asked of the journal, after all that was handed in before: `ask([&](auto& journal) { return
  /// journal.order(); })`. Fails with transport while steps wait in the spool and the journal is away.
  template <typename Question>
  [[nodiscard]] std::invoke_result_t<Question, journal::Journal&> ask(Question question) {
    using Answer = std::invoke_result_t<Question, journal::Journal&>;
    std::promise<Answer> promise;
    auto answer = promise.get_future();
    put(Asked{[&](const base::Result<void>& ready) {
      promise.set_value(ready ? question(journal_) : Answer{std::unexpected(ready.error())});
    }});
    return answer.get();
  }
  /// Journal::holds. It comes after the steps of this job that were handed in before; those of other jobs it may
  /// overtake, and stations that ask at one time are answered together.
  [[nodiscard]] base::Result<bool> holds(journal::JobId job, journal::Fence fence);

  [[nodiscard]] QueueCounts counts() const;
  /// Of steps that were in the spool and are refused for good.
  [[nodiscard]] std::vector<RefusedCard> refused_cards() const;

 private:
  struct Handed {
    journal::Step step;
    WhenAway away = WhenAway::spool;
    std::promise<base::Result<Commit>>* waiting = nullptr;
  };
  using Asked = std::function<void(const base::Result<void>& ready)>;
  struct Holding {
    journal::Hold hold;
    std::promise<base::Result<bool>>* waiting = nullptr;
  };
  using Entry = std::variant<Handed, Asked, Holding>;

  void put(Entry entry);
  void work(const std::stop_token& stop);
  [[nodiscard]] std::vector<Entry> take(const std::stop_token& stop);
  [[nodiscard]] bool somebody_waits() const;
  [[nodiscard]] bool company_is_there() const;
  void expect_again(std::span<const Handed> group);
  /// Those that nothing of their job is waiting before, out of the queue.
  [[nodiscard]] std::vector<Entry> take_holds();
  void answer(std::span<const Entry> holds);
  void apply(std::vector<Handed> group);
  [[nodiscard]] base::Result<std::vector<Commit>> apply_to_journal(std::span<const journal::Step> steps);
  void apply_singly(std::vector<Handed> group);
  void to_spool(std::vector<Handed> group, const base::Error& cause);
  /// Nothing waits in the spool, or it was committed now.
  [[nodiscard]] base::Result<void> replay();
  /// Of steps of the spool, those that the journal refused for good.
  [[nodiscard]] base::Result<std::vector<RefusedCard>> refused_of(std::span<const journal::Step> steps,
                                                                  std::span<const Commit> commits);

  journal::Journal& journal_;
  std::unique_ptr<Spool> spool_;
  QueueOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Entry> entries_;
  QueueCounts counts_;
  std::map<std::string, std::string> refused_;  ///< dossiers by chip
  std::set<std::string> answered_;    ///< stations that waited in the last transaction; of the writer's thread
  std::size_t company_ = 0;           ///< stations that waited in the last two
  std::chrono::nanoseconds took_{0};  ///< the last transaction
  std::chrono::steady_clock::time_point not_before_{};  ///< of the next replay
  std::optional<base::Error> broken_ = {};              ///< a step is in neither place: no later one may be
  std::jthread writer_;
};

}  // namespace cicada::host::line
