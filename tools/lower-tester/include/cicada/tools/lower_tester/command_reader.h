// A reader under test that is a command: it reads what is in the virtual reader, and its exit code is the verdict.
#pragma once

#include <atomic>
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
/// seen the reader empty, and then until it has seen the card (kLongestWait each).
class Inserted {
 public:
  Inserted(conformance::reader::CardInField& card, const VirtualReader& where);
  Inserted(const Inserted&) = delete;
  Inserted& operator=(const Inserted&) = delete;
  Inserted(Inserted&&) = delete;
  Inserted& operator=(Inserted&&) = delete;
  ~Inserted() = default;

  static constexpr std::chrono::seconds kLongestWait{10};

  /// PC/SC has seen the reader empty, and then with the card.
  [[nodiscard]] bool is_seen() const noexcept { return seen_; }
  /// Takes the card out. Why it could not be served; nothing: it was. Fails with transport when the bench is to blame
  /// (nobody listens, the card was not seen, the virtual reader went away), malformed when the reader broke the
  /// protocol.
  [[nodiscard]] std::optional<base::Error> remove();

 private:
  const VirtualReader& where_;
  std::optional<base::Error> error_ = {};
  bool left_early_ = false;          ///< the virtual reader ended it, not we; read after the thread
  std::atomic<bool> ended_ = false;  ///< the card is served no longer
  bool seen_ = false;
  std::jthread thread_ = {};
};

/// What an error of Inserted::remove() says about the reader under test.
[[nodiscard]] conformance::reader::Judgement judgement_of(const base::Error& error, const VirtualReader& where);
/// Puts a card into the virtual reader and takes it out again. Why that does not work; nothing: it does.
[[nodiscard]] std::optional<std::string> trial(conformance::reader::CardInField& card, const VirtualReader& where);

/// Splits at blanks; blanks in single or double quotes stay. Nothing when a quote is not closed.
[[nodiscard]] std::optional<std::vector<std::string>> split_words(std::string_view command);

/// Why these words can be no reader's command, before it is run: no such program, or a word in braces that nothing
/// would replace (a shell's ${name} is none). Nothing: they can.
[[nodiscard]] std::optional<std::string> refusal(const std::vector<std::string>& words);

class CommandReader final : public conformance::reader::ReaderUnderTest {
 public:
  /// `words`: the program (found in PATH) and its arguments, in which {mrz} {doc} {birth} {expiry} {can} {trust}
  /// {terminal} {reader} are replaced; an argument is left out when one of them is empty, and so is the option in front
  /// of it (one that begins with "-"). No shell sees them.
  CommandReader(std::vector<std::string> words, VirtualReader where, std::chrono::seconds timeout)
      : words_(std::move(words)), where_(std::move(where)), timeout_(timeout) {}

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::optional<std::string> not_ready(conformance::reader::CardInField& card) override {
    return trial(card, where_);
  }
  /// Exit code 0: successful, 1: failed. Anything else, a signal, and a command that takes longer than `timeout` (it is
  /// ended) is trouble. A command that cannot be started is not judged.
  [[nodiscard]] conformance::reader::Judgement inspect(conformance::reader::CardInField& card) override;

  /// The words for one card.
  [[nodiscard]] std::vector<std::string> words_for(const conformance::reader::Presented& presented) const;

 private:
  std::vector<std::string> words_;
  VirtualReader where_;
  std::chrono::seconds timeout_;
};

}  // namespace cicada::tools::lower_tester
