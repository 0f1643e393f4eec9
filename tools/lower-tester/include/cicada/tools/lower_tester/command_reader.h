// A reader under test that is a command: it reads what is in the virtual reader, and its exit code is the verdict.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "cicada/conformance/reader/reader_under_test.h"

namespace cicada::tools::lower_tester {

/// Where a card is put.
struct VirtualReader {
  std::string host = "127.0.0.1";
  std::uint16_t port = 35963;
  std::string name = "Virtual PCD 00 00";  ///< as PC/SC calls it
};

/// A card in the virtual reader as long as this lives. Whoever takes the place of another card waits until PC/SC has
/// seen the reader empty, and then until it has seen the card (kLongestWait each), where PC/SC can be asked.
class Inserted {
 public:
  Inserted(conformance::reader::CardInField& card, const VirtualReader& where);
  Inserted(const Inserted&) = delete;
  Inserted& operator=(const Inserted&) = delete;
  Inserted(Inserted&&) = delete;
  Inserted& operator=(Inserted&&) = delete;
  ~Inserted() = default;

  static constexpr std::chrono::seconds kLongestWait{10};

  /// Takes the card out. Why it could not be served; nothing: it was.
  [[nodiscard]] std::optional<base::Error> remove();

 private:
  std::optional<base::Error> error_ = {};
  std::jthread thread_ = {};
};

/// Splits at blanks; blanks in single or double quotes stay. Nothing when a quote is not closed.
[[nodiscard]] std::optional<std::vector<std::string>> split_words(std::string_view command);

class CommandReader final : public conformance::reader::ReaderUnderTest {
 public:
  /// `words`: the program (found in PATH) and its arguments, in which {mrz} {doc} {birth} {expiry} {can} {trust}
  /// {terminal} {reader} are replaced; an argument is left out when one of them is empty, and so is the option in front
  /// of it (one that begins with "-"). No shell sees them.
  CommandReader(std::vector<std::string> words, VirtualReader where, std::chrono::seconds timeout)
      : words_(std::move(words)), where_(std::move(where)), timeout_(timeout) {}

  [[nodiscard]] std::string name() const override;
  /// Exit code 0: successful, 1: failed. Anything else, a signal, and a command that takes longer than `timeout` (it is
  /// ended) is trouble.
  [[nodiscard]] conformance::reader::Judgement inspect(conformance::reader::CardInField& card) override;

  /// The words for one card.
  [[nodiscard]] std::vector<std::string> words_for(const conformance::reader::Presented& presented) const;

 private:
  std::vector<std::string> words_;
  VirtualReader where_;
  std::chrono::seconds timeout_;
};

}  // namespace cicada::tools::lower_tester
