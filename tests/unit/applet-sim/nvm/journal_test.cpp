#include "cicada/applet_sim/nvm/journal.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::nvm;

namespace {

/// Says no when told to, as a full disk does.
class FailingStorage final : public Storage {
 public:
  explicit FailingStorage(MemoryStorage::Cell cell, bool& fail) : inner_(std::move(cell)), fail_(fail) {}
  Result<Bytes> read() override { return inner_.read(); }
  Result<void> append(ByteView octets) override { return fail_ ? full() : inner_.append(octets); }
  Result<void> truncate(std::size_t size) override { return fail_ ? full() : inner_.truncate(size); }
  Result<void> replace(ByteView octets) override { return fail_ ? full() : inner_.replace(octets); }

 private:
  static Result<void> full() { return fail({.fault = Fault::io, .what = "the disk is full"}); }
  MemoryStorage inner_;
  bool& fail_;
};

}  // namespace

TEST_GROUP(Journal) {
  MemoryStorage::Cell cell = std::make_shared<Bytes>();

  Journal make(const Bytes& first) {
    auto journal = Journal::create(std::make_unique<MemoryStorage>(cell), first);
    CHECK_OK(journal);
    return std::move(*journal);
  }
  /// The payloads of what is in the cell, joined with '|'; or the fault.
  static std::string replay(const Bytes& content) {
    std::string seen;
    const auto journal =
        Journal::open(std::make_unique<MemoryStorage>(std::make_shared<Bytes>(content)), [&](ByteView payload) {
          seen += std::string{as_text(payload)} + "|";
          return Result<void>{};
        });
    return journal ? seen : "fault " + std::string{to_string(journal.error().fault)};
  }
  static Bytes text(std::string_view payload) {
    return to_bytes(as_bytes(payload));
  }
};

TEST(Journal, gives_back_what_was_committed_in_order) {
  auto journal = make(text("first"));
  CHECK_OK(journal.commit(text("second")));
  CHECK_OK(journal.commit({}));
  CHECK_OK(journal.commit(text("third")));
  LONGS_EQUAL(cell->size(), journal.size());
  CHECK_STRING("first|second||third|", replay(*cell));
}

TEST(Journal, goes_on_after_it_was_opened) {
  {
    CHECK_OK(make(text("a")).commit(text("b")));
  }
  auto journal = Journal::open(std::make_unique<MemoryStorage>(cell), [](ByteView) { return Result<void>{}; });
  CHECK_OK(journal);
  CHECK_OK(journal->commit(text("c")));
  CHECK_STRING("a|b|c|", replay(*cell));
}

TEST(Journal, is_not_made_over_another) {
  make(text("a"));
  CHECK_FAULT(Fault::conflict, Journal::create(std::make_unique<MemoryStorage>(cell), text("b")));
  CHECK_STRING("a|", replay(*cell));
}

TEST(Journal, cut_anywhere_is_as_it_was_after_a_whole_record) {
  auto journal = make(text("a"));
  const auto one = cell->size();
  CHECK_OK(journal.commit(text("bb")));
  const auto two = cell->size();
  CHECK_OK(journal.commit(text("ccc")));
  const auto whole = *cell;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto* expected = size < one            ? "fault malformed"
                           : size < two          ? "a|"
                           : size < whole.size() ? "a|bb|"
                                                 : "a|bb|ccc|";
    CHECK_STRING(expected, replay(cut));
  }
}

TEST(Journal, with_zeros_where_the_last_record_should_be_is_as_it_was_before_it) {
  // A file system may grow the file before the octets come.
  auto journal = make(text("a"));
  const auto one = cell->size();
  CHECK_OK(journal.commit(text("bb")));
  const auto whole = *cell;
  constexpr std::size_t kTrailer = 20;  // checksum and mark: a record is not whole before they are there
  for (std::size_t size = one; size <= whole.size() - kTrailer; ++size) {
    Bytes zeros(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    zeros.resize(whole.size());
    CHECK_STRING("a|", replay(zeros));
  }
}

TEST(Journal, cuts_a_torn_tail_off_when_it_is_opened) {
  auto journal = make(text("a"));
  const auto one = cell->size();
  CHECK_OK(journal.commit(text("bb")));
  cell->resize(cell->size() - 1);
  auto opened = Journal::open(std::make_unique<MemoryStorage>(cell), [](ByteView) { return Result<void>{}; });
  CHECK_OK(opened);
  LONGS_EQUAL(one, cell->size());
  CHECK_OK(opened->commit(text("c")));
  CHECK_STRING("a|c|", replay(*cell));
}

TEST(Journal, with_any_bit_flipped_is_refused) {
  auto journal = make(text("the first record"));
  CHECK_OK(journal.commit(text("the second one")));
  CHECK_OK(journal.commit(text("and a third")));
  for (std::size_t bit = 0; bit < cell->size() * 8; ++bit) {
    auto flipped = *cell;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    CHECK_STRING("fault malformed", replay(flipped));
  }
}

TEST(Journal, with_a_record_missing_moved_or_doubled_is_refused) {
  auto journal = make(text("a"));
  const auto one = cell->size();
  CHECK_OK(journal.commit(text("b1")));
  const auto two = cell->size();
  CHECK_OK(journal.commit(text("b2")));
  const ByteView all{*cell};
  const auto head = all.first(one);
  const auto b1 = all.subspan(one, two - one);
  const auto b2 = all.subspan(two);
  CHECK_STRING("a|b1|b2|", replay(concat({head, b1, b2})));
  CHECK_STRING("fault malformed", replay(concat({head, b2})));
  CHECK_STRING("fault malformed", replay(concat({head, b2, b1})));
  CHECK_STRING("fault malformed", replay(concat({head, b1, b1})));
  CHECK_STRING("fault malformed", replay(concat({head, b1, b2, b2})));
}

TEST(Journal, of_something_else_is_refused) {
  CHECK_STRING("fault malformed", replay({}));
  CHECK_STRING("fault malformed", replay(text("MZ this is no card")));
  CHECK_STRING("fault malformed", replay(Bytes(1000)));
}

TEST(Journal, hands_on_the_error_of_whoever_replays) {
  make(text("a"));
  const auto opened = Journal::open(std::make_unique<MemoryStorage>(cell), [](ByteView) -> Result<void> {
    return fail({.fault = Fault::unsupported, .what = "no"});
  });
  CHECK_FAULT(Fault::unsupported, opened);
}

TEST(Journal, is_replaced_by_one_record) {
  auto journal = make(text("a"));
  for (int i = 0; i < 100; ++i) CHECK_OK(journal.commit(text("again")));
  const auto before = journal.size();
  CHECK_OK(journal.compact(text("all")));
  CHECK(journal.size() < before);
  LONGS_EQUAL(cell->size(), journal.size());
  CHECK_OK(journal.commit(text("more")));
  CHECK_STRING("all|more|", replay(*cell));
}

TEST(Journal, without_room_stays_as_it_was) {
  bool full = false;
  auto journal = Journal::create(std::make_unique<FailingStorage>(cell, full), text("a"));
  CHECK_OK(journal);
  full = true;
  CHECK_FAULT(Fault::io, journal->commit(text("b")));
  CHECK_FAULT(Fault::io, journal->compact(text("c")));
  full = false;
  CHECK_OK(journal->commit(text("d")));
  CHECK_STRING("a|d|", replay(*cell));
}

TEST(Journal, has_no_record_larger_than_a_MiB) {
  auto journal = make(text("a"));
  CHECK_FAULT(Fault::limit, journal.commit(Bytes(kMaxPayload + 1)));
  CHECK_OK(journal.commit(Bytes(kMaxPayload)));
}
