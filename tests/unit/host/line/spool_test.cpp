#include "cicada/host/line/spool.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "cicada/base/file.h"
#include "folder.h"

#include "harness.h"

using namespace cicada;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::journal::State;
using host::journal::Step;
using host::line::Spool;

namespace {

Step full_step() {
  Step step{.job = 7, .fence = 1LL << 40, .to = State::written, .actor = {"line/reader 1", "op", "night"}};
  step.chip = "00010203040506070809";
  step.reason = "C06 content";
  step.evidence.fill(0xE5);
  step.completion = Step::Completion{.octets = Bytes(3000, 0x5A), .ds = "0A1B", .keys = {{1}, {2}}};
  return step;
}

Step plain_step(host::journal::JobId job) {
  return {.job = job, .fence = 3, .to = State::done, .actor = {}};
}

bool same(const Step& a, const Step& b) {
  return host::line::encode_step(a) == host::line::encode_step(b);
}

/// No file gets an octet behind `size` while this lives.
class FullDisk {
 public:
  explicit FullDisk(std::size_t size) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{.rlim_cur = size, .rlim_max = before_.rlim_max};
    std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &full);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_GROUP(Spool) {
  tests::Folder folder;
  std::filesystem::path file = folder / "spool";

  void write(const std::vector<Step>& steps) {
    auto spool = Spool::open(file);
    CHECK_OK(spool);
    for (const auto& step : steps) CHECK_OK((*spool)->append(std::span{&step, 1}));
  }
  Bytes content() {
    return base::read_file(file).value();
  }
  void put(ByteView octets) {
    CHECK_OK(base::write_file(file, octets));
  }
};

TEST(Spool, keeps_every_field_of_a_step) {
  const auto step = full_step();
  const auto back = host::line::decode_step(host::line::encode_step(step));
  CHECK_OK(back);
  LONGS_EQUAL(7, back->job);
  CHECK(back->fence == 1LL << 40);
  CHECK(back->to == State::written);
  CHECK_STRING("line/reader 1", back->actor.station);
  CHECK_STRING("op", back->actor.operator_id);
  CHECK_STRING("night", back->actor.shift);
  CHECK_STRING("00010203040506070809", back->chip);
  CHECK_STRING("C06 content", back->reason);
  CHECK(back->evidence == step.evidence);
  CHECK_BYTES(step.completion->octets, back->completion->octets);
  CHECK_STRING("0A1B", back->completion->ds);
  CHECK(back->completion->keys == step.completion->keys);
}

TEST(Spool, refuses_a_record_that_is_no_step) {
  auto octets = host::line::encode_step(full_step());
  for (std::size_t size = 0; size < octets.size(); size += 37) {
    CHECK_FAULT(Fault::malformed, host::line::decode_step(ByteView{octets}.first(size)));
  }
  octets.push_back(0);
  CHECK_FAULT(Fault::malformed, host::line::decode_step(octets));
}

TEST(Spool, has_what_was_appended_when_it_is_opened_again) {
  write({full_step(), plain_step(8)});
  write({plain_step(9)});
  const auto spool = Spool::open(file);
  CHECK_OK(spool);
  LONGS_EQUAL(3, (*spool)->pending().size());
  CHECK(same(full_step(), (*spool)->pending().at(0)));
  CHECK(same(plain_step(9), (*spool)->pending().at(2)));
}

TEST(Spool, is_empty_after_everything_was_committed) {
  {
    auto spool = Spool::open(file);
    const auto step = full_step();
    CHECK_OK((*spool)->append(std::span{&step, 1}));
    CHECK_OK((*spool)->clear());
  }
  write({plain_step(4)});
  const auto spool = Spool::open(file);
  CHECK_OK(spool);
  LONGS_EQUAL(1, (*spool)->pending().size());
}

TEST(Spool, belongs_to_one_process) {
  const auto first = Spool::open(file);
  CHECK_OK(first);
  CHECK_FAULT(Fault::conflict, Spool::open(file));
}

TEST(Spool, cuts_off_what_a_crash_left_of_the_last_record_and_goes_on) {
  write({plain_step(1)});
  const auto one = content();
  write({plain_step(2)});
  const auto two = content();
  for (std::size_t size = one.size(); size < two.size(); ++size) {
    put(ByteView{two}.first(size));
    write({plain_step(3)});
    const auto spool = Spool::open(file);
    CHECK_OK(spool);
    LONGS_EQUAL(2, (*spool)->pending().size());
    LONGS_EQUAL(1, (*spool)->pending().at(0).job);
    LONGS_EQUAL(3, (*spool)->pending().at(1).job);
  }
}

TEST(Spool, takes_octets_that_a_power_cut_kept_from_the_disk_for_a_torn_record) {
  write({plain_step(1)});
  auto octets = content();
  octets.resize(octets.size() + 200);
  put(octets);
  const auto spool = Spool::open(file);
  CHECK_OK(spool);
  LONGS_EQUAL(1, (*spool)->pending().size());
}

TEST(Spool, refuses_every_other_change_of_a_single_bit) {
  write({plain_step(1), plain_step(2)});
  const auto good = content();
  // The last record's frame can look like a torn one; everything else may not.
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad.at(i) ^= 0x10;
    put(bad);
    CHECK_FAULT(Fault::malformed, Spool::open(file));
  }
}

TEST(Spool, is_as_it_was_when_the_disk_is_full) {
  write({plain_step(1)});
  const auto before = content();
  {
    auto spool = Spool::open(file);
    const auto step = full_step();
    const auto appended = [&] {
      const FullDisk full{before.size() + 20};
      return (*spool)->append(std::span{&step, 1});
    }();
    CHECK_FAULT(Fault::io, appended);
    LONGS_EQUAL(1, (*spool)->pending().size());
  }
  CHECK_BYTES(before, content());
}

TEST(Spool, is_emptied_on_a_disk_that_is_full_and_takes_steps_again) {
  {
    auto spool = Spool::open(file);
    const auto step = plain_step(1);
    CHECK_OK((*spool)->append(std::span{&step, 1}));
    {
      const FullDisk full{0};
      CHECK_OK((*spool)->clear());
    }
    const auto next = plain_step(2);
    CHECK_OK((*spool)->append(std::span{&next, 1}));
  }
  const auto again = Spool::open(file);
  CHECK_OK(again);
  LONGS_EQUAL(1, (*again)->pending().size());
}
