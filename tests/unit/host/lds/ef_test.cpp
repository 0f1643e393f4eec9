#include "cicada/host/lds/ef.h"

#include <set>
#include <utility>

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
using cicada::base::literals::operator""_hex;

TEST_GROUP(FileTable){};

TEST(FileTable, is_in_the_order_of_the_names) {
  for (const auto& row : all_files()) CHECK_EQUAL(static_cast<int>(row.ef), static_cast<int>(info(row.ef).ef));
  LONGS_EQUAL(static_cast<int>(Ef::cvca), all_files().size());
}

TEST(FileTable, has_the_tags_that_do_not_follow_the_numbers) {
  LONGS_EQUAL(0x75, info(Ef::dg2).tag);
  LONGS_EQUAL(0x63, info(Ef::dg3).tag);
  LONGS_EQUAL(0x76, info(Ef::dg4).tag);
  CHECK(find_by_tag(0x75) == Ef::dg2);
  CHECK(find_by_tag(0x6D) == Ef::dg13);
  CHECK(find_by_tag(0x70) == Ef::dg16);
  CHECK(find_by_tag(0x77) == Ef::sod);
  CHECK(find_by_tag(0x62) == std::nullopt);
  CHECK(find_by_tag(0x31) == std::nullopt);
}

TEST(FileTable, gives_every_place_to_one_file) {
  std::set<std::pair<int, int>> fids;
  std::set<std::pair<int, int>> sfis;
  std::set<std::string_view> names;
  for (const auto& row : all_files()) {
    CHECK(fids.insert({static_cast<int>(row.directory), row.fid}).second);
    CHECK(sfis.insert({static_cast<int>(row.directory), row.sfi}).second);
    CHECK(names.insert(row.file_name).second);
  }
}

TEST(FileTable, tells_the_two_files_of_one_fid_apart) {
  CHECK(find_by_fid(Directory::master_file, 0x011D) == Ef::card_security);
  CHECK(find_by_fid(Directory::lds1, 0x011D) == Ef::sod);
  CHECK(find_by_fid(Directory::master_file, 0x011C) == Ef::card_access);
  CHECK(find_by_fid(Directory::lds1, 0x0110) == Ef::dg16);
  CHECK(find_by_fid(Directory::master_file, 0x0101) == std::nullopt);
}

TEST(FileTable, finds_names_that_people_write) {
  CHECK(find_by_name("dg13") == Ef::dg13);
  CHECK(find_by_name("EF.COM") == Ef::com);
  CHECK(find_by_name("sod") == Ef::sod);
  CHECK(find_by_name("CardAccess") == Ef::card_access);
  CHECK(find_by_name("DG17") == std::nullopt);
  CHECK(find_by_name("") == std::nullopt);
  CHECK(find_by_file_name("EF_SOD.bin") == Ef::sod);
  CHECK(find_by_file_name("DG1.bin") == Ef::dg1);
  CHECK(find_by_file_name("DG1") == std::nullopt);
}

TEST(FileTable, knows_data_groups_by_number) {
  CHECK(data_group(1) == Ef::dg1);
  CHECK(data_group(16) == Ef::dg16);
  CHECK(data_group(0) == std::nullopt);
  CHECK(data_group(17) == std::nullopt);
  LONGS_EQUAL(13, data_group_number(Ef::dg13));
  LONGS_EQUAL(0, data_group_number(Ef::sod));
  CHECK_BYTES("A0000002471001"_hex, lds1_aid());
}
