// A journal with jobs in it: what the measurements of bench/journal stand on.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cicada/host/journal/journal.h"

namespace cicada::bench {

namespace journal = host::journal;

/// Ends the program when something that must not fail did.
void must(bool good, const char* what, const base::Error* error = nullptr);
template <typename T>
T must(base::Result<T> result, const char* what) {
  must(result.has_value(), what, result ? nullptr : &result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

[[nodiscard]] journal::Intake intake(std::uint64_t n);
[[nodiscard]] std::string chip(std::uint64_t n);
[[nodiscard]] journal::Digest digest(std::uint64_t n);
/// Batch `id` with dossiers first..first+count-1, ready.
void fill(journal::Journal& to, const std::string& id, std::uint64_t first, std::uint64_t count);

/// Seconds on the wall since it was made.
class Wall {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Cards a second through claim, bind, completion, written, locked, verified and done: `stations` threads, one writer.
void measure_throughput(const std::string& address, std::size_t stations, std::size_t cards);

/// What fills a table and says how large it is, behind the journal's back.
struct Engine {
  std::string name, address;
  std::function<void(std::uint64_t from, std::uint64_t to)> add_rows;
  std::function<std::string()> sizes;
};
/// Cost of a claim and of an intake at 10^4, 10^5, ... up to `most` rows.
void measure_curve(const Engine& engine, std::uint64_t most);
/// Cost of a claim at 10^4, 10^5, ... up to `most` jobs that all wait.
void measure_backlog(const std::string& name, const std::string& address, std::uint64_t most);
[[nodiscard]] Engine sqlite_engine(const std::string& folder);

}  // namespace cicada::bench
