#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "cicada/applet_sim/nvm/storage.h"
#include "folder.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::nvm;
namespace fs = std::filesystem;

namespace {

/// No file may grow beyond so many octets while this lives: what a full disk does to write().
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t octets) {
    std::signal(SIGXFSZ, SIG_IGN);  // NOLINT(cert-err33-c): it cannot fail for this signal
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = octets;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  SmallDisk(SmallDisk&&) = delete;
  SmallDisk& operator=(SmallDisk&&) = delete;
  ~SmallDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_GROUP(FileStorage) {
  cicada::tests::Folder folder;
  [[nodiscard]] fs::path path() const {
    return folder / "card";
  }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder.path()}, fs::directory_iterator{}));
  }
};

TEST(FileStorage, comes_back_as_it_was_left) {
  for (const auto durability : {Durability::durable, Durability::relaxed}) {
    fs::remove(path());
    {
      auto storage = FileStorage::create(path(), durability);
      CHECK_OK(storage);
      CHECK_OK((*storage)->replace("0102"_hex));
      CHECK_OK((*storage)->append("0304"_hex));
      CHECK_OK((*storage)->append("05"_hex));
      CHECK_BYTES("0102030405"_hex, (*storage)->read().value());
    }
    auto storage = FileStorage::open(path(), durability);
    CHECK_OK(storage);
    CHECK_BYTES("0102030405"_hex, (*storage)->read().value());
    CHECK_OK((*storage)->truncate(3));
    CHECK_OK((*storage)->append("FF"_hex));
    CHECK_BYTES("010203FF"_hex, (*storage)->read().value());
    LONGS_EQUAL(1, entries());
  }
}

TEST(FileStorage, is_for_its_owner_only) {
  const auto old = ::umask(0);
  auto storage = FileStorage::create(path());
  CHECK_OK(storage);
  const auto mode = [this] {
    struct stat info{};
    LONGS_EQUAL(0, ::stat(path().c_str(), &info));
    return info.st_mode & 07777U;
  };
  LONGS_EQUAL(0600, mode());
  CHECK_OK((*storage)->replace("01"_hex));
  LONGS_EQUAL(0600, mode());
  ::umask(old);
}

TEST(FileStorage, is_open_once) {
  auto first = FileStorage::create(path());
  CHECK_OK(first);
  CHECK_OK((*first)->replace("01"_hex));
  const auto second = FileStorage::open(path());
  CHECK_FAULT(Fault::conflict, second);
  CHECK_STRING("another process works with this card", second.error().what.view());
  CHECK_FAULT(Fault::conflict, FileStorage::create(path()));
  // The file that took the place of the first one is locked as well.
  CHECK_OK((*first)->replace("02"_hex));
  CHECK_FAULT(Fault::conflict, FileStorage::open(path()));
  first->reset();
  CHECK_OK(FileStorage::open(path()));
}

TEST(FileStorage, is_closed_to_another_process_too) {
  auto storage = FileStorage::create(path());
  CHECK_OK(storage);
  CHECK_OK((*storage)->append("01"_hex));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto opened = FileStorage::open(path());
    ::_exit(!opened && opened.error().fault == Fault::conflict ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  LONGS_EQUAL(0, WEXITSTATUS(status));
}

TEST(FileStorage, is_not_created_over_another) {
  std::ofstream{path()} << "something else";
  CHECK_FAULT(Fault::conflict, FileStorage::create(path()));
  LONGS_EQUAL(14, fs::file_size(path()));
}

TEST(FileStorage, may_be_created_over_a_file_without_octets) {
  {
    CHECK_OK(FileStorage::create(path()));
  }
  CHECK_OK(FileStorage::create(path()));  // what a power cut in the middle of creating leaves
}

TEST(FileStorage, names_what_is_wrong_with_a_path) {
  CHECK_FAULT(Fault::not_found, FileStorage::open(path()));
  CHECK_FAULT(Fault::not_found, FileStorage::create(folder / "none" / "card"));
  CHECK_FAULT(Fault::io, FileStorage::open(folder.path()));
  fs::create_symlink("elsewhere", path());
  CHECK_FAULT(Fault::io, FileStorage::create(path()));
}

TEST(FileStorage, on_a_full_disk_keeps_its_old_octets) {
  auto storage = FileStorage::create(path());
  CHECK_OK(storage);
  CHECK_OK((*storage)->replace(Bytes(1000, 0x11)));
  {
    const SmallDisk disk{1010};
    const auto written = (*storage)->append(Bytes(100, 0x22));  // ten octets get through
    CHECK_FAULT(Fault::io, written);
    CHECK_STRING("the disk is full, the card keeps its old state", written.error().what.view());
    LONGS_EQUAL(1000, fs::file_size(path()));
    CHECK_FAULT(Fault::io, (*storage)->replace(Bytes(2000, 0x33)));
    LONGS_EQUAL(1, entries());
  }
  CHECK_OK((*storage)->append("4455"_hex));
  CHECK_BYTES(concat({Bytes(1000, 0x11), "4455"_hex}), (*storage)->read().value());
}

TEST(FileStorage, removes_what_a_cut_replacement_left) {
  {
    auto storage = FileStorage::create(path());
    CHECK_OK((*storage)->append("01"_hex));
  }
  std::ofstream{path().string() + ".new"} << "half of a";
  auto storage = FileStorage::open(path());
  CHECK_OK(storage);
  LONGS_EQUAL(1, entries());
  CHECK_BYTES("01"_hex, (*storage)->read().value());
}

TEST(FileStorage, above_the_cap_is_refused) {
  {
    auto storage = FileStorage::create(path(), Durability::relaxed);
    CHECK_OK(storage);
    CHECK_FAULT(Fault::limit, (*storage)->replace(Bytes(kMaxStorageSize + 1)));
    CHECK_FAULT(Fault::limit, (*storage)->append(Bytes(kMaxStorageSize + 1)));
    CHECK_OK((*storage)->append(Bytes(kMaxStorageSize)));
    CHECK_FAULT(Fault::limit, (*storage)->append("01"_hex));
  }
  CHECK_OK(FileStorage::open(path()));
  fs::resize_file(path(), kMaxStorageSize + 1);
  CHECK_FAULT(Fault::limit, FileStorage::open(path()));
}
