#include <sys/stat.h>

#include "cicada/host/journal/journal.h"
#include "folder.h"

#include "harness.h"

using namespace cicada::host::journal;

TEST_GROUP(Address){};

TEST(Address, is_shown_without_its_password) {
  CHECK_STRING("postgresql://lan:***@db1/line", shown_address("postgresql://lan:geheim@db1/line"));
  CHECK_STRING("postgresql://lan:***@db1/line", shown_address("postgresql://lan:ge@h:eim@db1/line"));
  CHECK_STRING("postgresql://db1/line?user=lan&password=***&sslmode=require",
               shown_address("postgresql://db1/line?user=lan&password=geheim&sslmode=require"));
}

TEST(Address, without_a_password_is_shown_as_it_is) {
  for (const auto* address :
       {"sqlite:/var/lib/cicada/journal.db", "postgresql://lan@db1:5433/line", "postgresql:///line?host=/run/a@b:c"}) {
    CHECK_STRING(address, shown_address(address));
  }
}

TEST(Address, of_another_form_is_no_journal) {
  for (const auto* address : {"", "journal.db", "mysql://db1/line", "sqlite:", "SQLITE:journal.db"}) {
    CHECK_FAULT(cicada::base::Fault::bad_input, open_journal(address, "w1"));
  }
}

TEST(Address, of_a_new_file_is_its_owners_alone) {
  const cicada::tests::Folder folder;
  const auto file = (folder / "a %3F#.db").string();
  {
    const auto opened = open_journal("sqlite:" + file, "w1");
    CHECK_OK(opened);
    for (const auto* beside : {"", "-wal", "-shm"}) {
      struct stat info{};
      LONGS_EQUAL(0, ::stat((file + beside).c_str(), &info));
      LONGS_EQUAL(0600, info.st_mode & 0777U);
    }
  }
  CHECK_OK(open_journal("sqlite:" + file, ""));
}
