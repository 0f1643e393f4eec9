// Where the journal under test stands: a file of SQLite's, or a database of a PostgreSQL server. The cases do not know.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cicada/host/journal/journal.h"

namespace cicada::tests {

class Place {
 public:
  Place() = default;
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Place(Place&&) = delete;
  Place& operator=(Place&&) = delete;
  virtual ~Place() = default;

  [[nodiscard]] virtual std::string address() const = 0;
  /// Changes rows behind the journal's back, by the engine's own command; what it prints, without the last line end.
  virtual std::string sql(const std::string& statement) = 0;
  /// As the first version of the program would have left it: its tables, with what stands in them now. Nobody has it
  /// open.
  virtual void back_to_first_schema() = 0;
  /// As a later version of the program would leave it.
  virtual void make_schema_newer() = 0;
  /// As the program left it that knew a batch's profile and dialect by name, and claimed whatever was there.
  virtual void make_schema_older() = 0;

  /// How many writers at once this engine is made for, and over how many jobs they may fight.
  struct Scale {
    std::size_t writers, jobs;
  };
  [[nodiscard]] virtual Scale scale() const = 0;
};

/// A new, empty place. Each executable of the suite is linked with one of these.
[[nodiscard]] std::unique_ptr<Place> new_place();

/// The lines of a command's output.
[[nodiscard]] std::vector<std::string> rows_of(const std::string& output);
/// What a command prints; the test fails when the command does.
[[nodiscard]] std::string output_of(const std::string& command);

}  // namespace cicada::tests
