#include "cicada/base/file.h"

#include <sys/stat.h>

#include <string>

#include "cicada/base/secret_file.h"
#include "folder.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
namespace fs = std::filesystem;

TEST_GROUP(File) {
  cicada::tests::Folder folder;
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder.path()}, fs::directory_iterator{}));
  }
};

TEST(File, comes_back_as_written) {
  CHECK_OK(write_file(folder / "a", "0102"_hex));
  CHECK_OK(write_file(folder / "a", "030405"_hex));
  const auto content = read_file(folder / "a");
  CHECK_OK(content);
  CHECK_BYTES("030405"_hex, *content);
  LONGS_EQUAL(1, entries());
}

TEST(File, with_a_secret_is_read_when_it_is_its_owners_alone) {
  for (const mode_t mode : {0600U, 0400U}) {
    CHECK_OK(write_file(folder / "key", "0102"_hex, mode));
    CHECK_BYTES("0102"_hex, read_secret_file(folder / "key", 2)->expose());
  }
  for (const mode_t mode : {0644U, 0640U, 0604U, 0620U, 0601U}) {
    CHECK_OK(write_file(folder / "key", "0102"_hex, mode));
    CHECK_FAULT(Fault::bad_input, read_secret_file(folder / "key", 2));
  }
  CHECK_FAULT(Fault::not_found, read_secret_file(folder / "nothing", 2));
}

TEST(File, has_the_wanted_permission_from_the_start) {
  CHECK_OK(write_file(folder / "key", "01"_hex, 0600));
  struct stat info{};
  LONGS_EQUAL(0, ::stat((folder / "key").c_str(), &info));
  LONGS_EQUAL(0600, info.st_mode & 07777U);
}

TEST(File, over_the_cap_is_refused) {
  CHECK_OK(write_file(folder / "big", Bytes(101)));
  CHECK_FAULT(Fault::limit, read_file(folder / "big", 100));
  CHECK_OK(read_file(folder / "big", 101));
}

TEST(File, that_is_not_there_or_is_a_folder_is_named_as_such) {
  CHECK_FAULT(Fault::not_found, read_file(folder / "none"));
  CHECK_FAULT(Fault::bad_input, read_file(folder.path()));
  LONGS_EQUAL(0, ::mkfifo((folder / "fifo").c_str(), 0600));
  CHECK_FAULT(Fault::bad_input, read_file(folder / "fifo"));
  CHECK_FAULT(Fault::not_found, write_file(folder / "none" / "x", "01"_hex));
}

TEST(File, on_a_full_disk_keeps_the_old_content_and_leaves_nothing_behind) {
  // /dev/full cannot be renamed over; a folder in the way makes the last step fail instead.
  fs::create_directories(folder / "busy" / "child");
  CHECK_FAULT(Fault::io, write_file(folder / "busy", "01"_hex));
  LONGS_EQUAL(1, entries());
}

TEST(File, is_never_put_in_the_place_of_a_device) {
  CHECK_FAULT(Fault::io, write_file("/dev/null", as_bytes("x")));
  CHECK(std::filesystem::is_character_file("/dev/null"));
}
