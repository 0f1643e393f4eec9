// Card jobs at rest: sealed, packed, and brought back octet for octet.
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "cicada/base/file.h"
#include "cicada/host/issuance/job_pack.h"
#include "cicada/host/issuance/sealed_job.h"
#include "folder.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::issuance;
using base::Bytes;
using base::Fault;
using host::lds::Ef;
namespace fs = std::filesystem;
namespace perso = cicada::host::perso;

namespace {

JobKey key(std::uint8_t first) {
  std::array<std::uint8_t, 32> octets{};
  octets[0] = first;
  return JobKey{octets};
}

SealKey with(std::uint8_t first, std::uint8_t run = 0) {
  return {.run = {run}, .key = key(first)};
}

CardJob job() {
  CardJob job;
  job.number = "036088981207";
  job.name = "Lê Thế Khởi";
  job.mrz_information = "0889812073880613528061300";
  job.mrz = {"IDVNM0889812073036088981207<<5", "8806135M2806137VNM<<<<<<<<<<<8", "LE<<THE<KHOI<<<<<<<<<<<<<<<<<<"};
  job.can = "981207";
  job.files = {{Ef::dg1, "610361AABB"_hex}, {Ef::card_access, "3100"_hex}, {Ef::dg2, Bytes(15'000, 0x5A)}};
  return job;
}

void check_same(const CardJob& expected, const CardJob& actual) {
  CHECK_STRING(expected.number, actual.number);
  CHECK_STRING(expected.name, actual.name);
  CHECK_STRING(expected.mrz_information, actual.mrz_information);
  CHECK_STRING(expected.can, actual.can);
  CHECK(expected.mrz == actual.mrz);
  CHECK(expected.files == actual.files);
}

bool holds(const Bytes& octets, std::string_view text) {
  return base::as_text(octets).find(text) != std::string_view::npos;
}

perso::Profile profile_with(std::initializer_list<const char*> contents) {
  perso::Profile profile{.name = "test", .description = "", .dialect = "cicada-1", .applications = {}};
  for (const auto* content : contents) {
    profile.files.push_back({.name = content, .df = "LDS1", .content = content, .fixed = {}, .max = {}});
  }
  return profile;
}

/// Files of this process can have so many octets and no more.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t octets) : action_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{.rlim_cur = octets, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  SmallDisk(SmallDisk&&) = delete;
  SmallDisk& operator=(SmallDisk&&) = delete;
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, action_);
  }

 private:
  rlimit before_{};
  void (*action_)(int);
};

}  // namespace

TEST_GROUP(SealedJob){};

TEST(SealedJob, comes_back_as_it_was) {
  const auto sealed = seal(job(), "VN-1", 3, with(1));
  CHECK_OK(sealed);
  const auto opened = open_sealed(*sealed, "VN-1", 3, key(1));
  CHECK_OK(opened);
  check_same(job(), *opened);
}

TEST(SealedJob, shows_nothing_of_the_person) {
  const auto sealed = seal(job(), "VN-1", 3, with(1)).value();
  for (const auto* text : {"036088981207", "Khởi", "LE<<THE", "981207", "ZZZZZZZZ"}) CHECK_FALSE(holds(sealed, text));
}

TEST(SealedJob, is_sealed_with_another_nonce_each_time) {
  CHECK(seal(job(), "VN-1", 3, with(1)).value() != seal(job(), "VN-1", 3, with(1)).value());
}

TEST(SealedJob, does_not_open_under_another_name_version_or_key) {
  const auto sealed = seal(job(), "VN-1", 3, with(1)).value();
  CHECK_FAULT(Fault::security, open_sealed(sealed, "VN-2", 3, key(1)));
  CHECK_FAULT(Fault::security, open_sealed(sealed, "VN-1", 4, key(1)));
  CHECK_FAULT(Fault::security, open_sealed(sealed, "VN-1", 3, key(2)));
}

TEST(SealedJob, does_not_open_when_any_octet_was_changed) {
  auto small = job();
  small.files.erase(Ef::dg2);
  auto sealed = seal(small, "VN-1", 3, with(1)).value();
  for (auto& octet : sealed) {
    octet ^= 0x01;
    CHECK_FALSE(open_sealed(sealed, "VN-1", 3, key(1)).has_value());
    octet ^= 0x01;
  }
  CHECK_OK(open_sealed(sealed, "VN-1", 3, key(1)));
}

TEST(SealedJob, does_not_open_when_it_was_cut) {
  const auto sealed = seal(job(), "VN-1", 3, with(1)).value();
  for (const std::size_t size : {std::size_t{0}, std::size_t{2}, std::size_t{30}, sealed.size() - 1}) {
    CHECK_FALSE(open_sealed(base::ByteView{sealed}.first(size), "VN-1", 3, key(1)).has_value());
  }
}

TEST(SealedJob, is_refused_when_it_could_not_be_read_again) {
  auto large = job();
  large.files[Ef::dg3] = Bytes(300'000);
  CHECK_FAULT(Fault::limit, seal(large, "VN-1", 3, with(1)));
  auto wordy = job();
  wordy.name = std::string(5000, 'x');
  CHECK_FAULT(Fault::limit, seal(wordy, "VN-1", 3, with(1)));
  CHECK_FAULT(Fault::limit, open_sealed(Bytes(kMaxSealedJob + 1), "VN-1", 3, key(1)));
}

TEST_GROUP(Completion){};

TEST(Completion, brings_back_the_files_that_waited_for_the_chip) {
  auto complete = job();
  complete.files[Ef::dg14] = "6E0131"_hex;
  complete.files[Ef::card_security] = "3001"_hex;
  complete.files[Ef::com] = "6000"_hex;
  complete.files[Ef::sod] = "7700"_hex;
  const auto octets =
      encode_completion(complete, profile_with({"dg1", "dg2", "dg14", "ef-cardsecurity", "ef-com", "ef-sod"}));
  CHECK_OK(octets);
  CHECK_FALSE(holds(*octets, "ZZZZ"));  // DG2 waits for nothing
  auto fresh = job();
  CHECK_OK(apply_completion(fresh, *octets));
  CHECK(complete.files == fresh.files);
}

TEST(Completion, of_a_job_that_is_not_complete_is_refused) {
  CHECK_FAULT(Fault::bad_input, encode_completion(job(), profile_with({"dg1", "ef-sod"})));
}

TEST(Completion, that_is_damaged_leaves_the_job_as_it_was) {
  auto complete = job();
  complete.files[Ef::com] = "6000"_hex;
  complete.files[Ef::sod] = "7700"_hex;
  const auto octets = encode_completion(complete, profile_with({"ef-com", "ef-sod"})).value();
  auto fresh = job();
  for (std::size_t size = 0; size < octets.size(); ++size) {
    CHECK_FAULT(Fault::malformed, apply_completion(fresh, base::ByteView{octets}.first(size)));
  }
  CHECK_FAULT(Fault::malformed, apply_completion(fresh, base::concat({octets, "00"_hex})));
  check_same(job(), fresh);
}

TEST(Completion, cannot_replace_what_the_person_is) {
  auto fresh = job();
  CHECK_FAULT(Fault::malformed, apply_completion(fresh, "434301 01 000101 00000000"_hex));  // DG1
  CHECK_FAULT(Fault::malformed, apply_completion(fresh, "434301 02 00011E 00000000 00011E 00000000"_hex));
  CHECK_FAULT(Fault::malformed, apply_completion(fresh, "434301 01 00EEEE 00000000"_hex));
  CHECK_FAULT(Fault::limit, apply_completion(fresh, "434301 01 00011E FFFFFFFF"_hex));
  check_same(job(), fresh);
}

TEST_GROUP(JobPack) {
  tests::Folder folder;
};

TEST(JobPack, gives_back_every_job_from_its_place) {
  auto writer = JobPackWriter::open(folder / "jobs", "2026-07.hn");
  CHECK_OK(writer);
  std::vector<std::pair<PlacedJob, Bytes>> placed;
  for (std::uint8_t i = 1; i <= 20; ++i) {
    const Bytes sealed(400'000, i);  // more than the buffer, all together
    placed.emplace_back(writer->append(sealed).value(), sealed);
  }
  CHECK_OK(writer->flush());
  JobPackReader reader{folder / "jobs"};
  for (const auto& [place, sealed] : placed) CHECK(reader.read(place).value() == sealed);
}

TEST(JobPack, is_readable_by_its_owner_only) {
  CHECK_OK(JobPackWriter::open(folder / "jobs", "b"));
  CHECK(fs::status(folder / "jobs").permissions() == fs::perms::owner_all);
  CHECK(fs::status(folder / "jobs" / "b.pack").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST(JobPack, goes_on_behind_what_a_crash_left) {
  PlacedJob first;
  {
    auto writer = JobPackWriter::open(folder.path(), "b").value();
    first = writer.append("AABB"_hex).value();
    CHECK_OK(writer.flush());
  }
  std::ofstream{folder / "b.pack", std::ios::app | std::ios::binary} << "half a job";
  auto writer = JobPackWriter::open(folder.path(), "b").value();
  const auto second = writer.append("CCDD"_hex).value();
  CHECK_OK(writer.flush());
  JobPackReader reader{folder.path()};
  CHECK_BYTES("AABB"_hex, reader.read(first).value());
  CHECK_BYTES("CCDD"_hex, reader.read(second).value());
}

TEST(JobPack, has_one_writer) {
  const auto writer = JobPackWriter::open(folder.path(), "b");
  CHECK_OK(writer);
  CHECK_FAULT(Fault::conflict, JobPackWriter::open(folder.path(), "b"));
  CHECK_OK(JobPackWriter::open(folder.path(), "c"));
}

TEST(JobPack, is_not_read_when_it_is_another_than_was_written) {
  auto writer = JobPackWriter::open(folder.path(), "b").value();
  auto place = writer.append("AABB"_hex).value();
  CHECK_OK(writer.flush());
  JobPackReader reader{folder.path()};
  auto other = place;
  other.digest[31] ^= 1;
  CHECK_FAULT(Fault::security, reader.read(other));
  other = place;
  other.size = 3;
  CHECK_FAULT(Fault::malformed, reader.read(other));
  other = place;
  other.size = kMaxSealedJob + 1;
  CHECK_FAULT(Fault::limit, reader.read(other));
  other = place;
  other.pack = "c.pack";
  CHECK_FAULT(Fault::not_found, reader.read(other));
}

TEST(JobPack, stays_in_its_folder) {
  JobPackReader reader{folder.path()};
  for (const auto* name : {"../b.pack", "/etc/passwd", "b", ".pack", "..pack", "a/b.pack", ""}) {
    CHECK_FAULT(Fault::bad_input, reader.read({.pack = name}));
  }
  for (const auto* batch : {"", "a/b", "..", ".x", "a b", "tỉnh"}) {
    CHECK_FAULT(Fault::bad_input, JobPackWriter::open(folder.path(), batch));
  }
  CHECK_FAULT(Fault::bad_input, pack_name(std::string(101, 'a')));
}

TEST(JobPack, that_cannot_be_opened_says_so) {
  fs::create_symlink("/dev/full", folder / "b.pack");
  CHECK_FAULT(Fault::io, JobPackWriter::open(folder.path(), "b"));          // no link is followed
  CHECK_FAULT(Fault::bad_input, JobPackWriter::open("/proc/cicada", "b"));  // a folder that nobody can make
}

TEST(JobPack, ends_where_it_was_whole_when_the_disk_takes_no_more) {
  const SmallDisk disk{1000};
  auto writer = JobPackWriter::open(folder.path(), "b").value();
  const auto first = writer.append(Bytes(600, 1)).value();
  CHECK_OK(writer.flush());
  CHECK_OK(writer.append(Bytes(600, 2)));
  CHECK_FAULT(Fault::io, writer.flush());
  CHECK_FAULT(Fault::io, writer.append("AA"_hex));
  CHECK_FAULT(Fault::io, writer.flush());
  LONGS_EQUAL(600, fs::file_size(folder / "b.pack"));
  JobPackReader reader{folder.path()};
  CHECK(reader.read(first).value() == Bytes(600, 1));
}
