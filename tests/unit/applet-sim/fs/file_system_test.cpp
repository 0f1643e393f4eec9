#include "cicada/applet_sim/fs/file_system.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::fs;

TEST_GROUP(FileSystem) {
  FileSystem files;

  static FileSpec df(Fid fid, Bytes aid) {
    return {.parent = {}, .fid = fid, .aid = std::move(aid)};
  }
  static FileSpec ef(DfId parent, Fid fid, std::uint16_t size = 10, std::uint8_t sfi = 0, std::uint8_t sc = 0x40) {
    return {.parent = parent, .fid = fid, .aid = {}, .size = size, .sfi = sfi, .security_condition = sc};
  }
  FileId make(const FileSpec& spec) {
    const auto id = files.create(spec);
    CHECK_OK(id);
    return *id;
  }
  void refuse(Fault fault, unsigned sw, const FileSpec& spec) {
    const auto count = files.count();
    CHECK_FAULT(fault, files.check_create(spec));
    const auto made = files.create(spec);
    CHECK_FAULT(fault, made);
    LONGS_EQUAL(sw, made.error().sw);
    LONGS_EQUAL(count, files.count());
  }
};

TEST(FileSystem, finds_files_in_the_df_where_one_stands) {
  const auto lds1 = make(df(0x1001, "A0000002471001"_hex));
  const auto in_mf = make(ef({}, 0x011D, 10, 0x1D));
  const auto in_df = make(ef(lds1, 0x011D, 10, 0x1D));
  CHECK(files.find_df("A0000002471001"_hex) == lds1);
  CHECK(!files.find_df("A00000024710"_hex));
  CHECK(files.find_ef({}, 0x011D) == in_mf);
  CHECK(files.find_ef(lds1, 0x011D) == in_df);
  CHECK(files.find_ef_by_sfi({}, 0x1D) == in_mf);
  CHECK(files.find_ef_by_sfi(lds1, 0x1D) == in_df);
  CHECK(!files.find_ef(lds1, 0x1001));
  CHECK(files.ef(lds1) == nullptr);
  CHECK(files.df(in_df) == nullptr);
  CHECK(files.ef(static_cast<FileId>(3)) == nullptr);
}

TEST(FileSystem, without_a_short_identifier_has_none_to_find) {
  make(ef({}, 0x0101));
  CHECK(!files.find_ef_by_sfi({}, 0));
}

TEST(FileSystem, refuses_identifiers_in_use) {
  const auto lds1 = make(df(0x1001, "A0000002471001"_hex));
  make(ef({}, 0x0101, 10, 1));
  refuse(Fault::conflict, 0x6A89, ef({}, 0x0101));
  refuse(Fault::conflict, 0x6A89, ef({}, 0x0102, 10, 1));
  refuse(Fault::conflict, 0x6A89, ef({}, 0x1001));
  refuse(Fault::conflict, 0x6A89, ef({}, 0x3F00));
  refuse(Fault::conflict, 0x6A89, ef(lds1, 0x1001));
  refuse(Fault::conflict, 0x6A89, ef(lds1, 0x3F00));
  refuse(Fault::conflict, 0x6A89, df(0x0101, "A0000002471002"_hex));
  refuse(Fault::conflict, 0x6A89, df(0x1001, "A0000002471002"_hex));
  refuse(Fault::conflict, 0x6A89, df(0x1002, "A0000002471001"_hex));
  make(ef(lds1, 0x0101, 10, 1));  // another DF, another name space
}

TEST(FileSystem, refuses_values_outside_their_range) {
  const auto file = make(ef({}, 0x0101));
  for (const unsigned fid : {0x0000U, 0x3FFFU, 0xFFFFU})
    refuse(Fault::bad_input, 0x6A80, ef({}, static_cast<Fid>(fid)));
  refuse(Fault::bad_input, 0x6A80, ef({}, 0x0102, 0));
  refuse(Fault::bad_input, 0x6A80, ef({}, 0x0102, 10, 31));
  refuse(Fault::bad_input, 0x6A80, ef({}, 0x0102, 10, 0, 0x41));
  refuse(Fault::bad_input, 0x6A80, df(0x1001, "A0000002"_hex));
  refuse(Fault::bad_input, 0x6A80, df(0x1001, Bytes(17)));
  refuse(Fault::bad_input, 0x6A80, ef(file, 0x0102));
}

TEST(FileSystem, has_dfs_in_the_mf_only) {
  const auto lds1 = make(df(0x1001, "A0000002471001"_hex));
  auto nested = df(0x1002, "A0000002471002"_hex);
  nested.parent = lds1;
  refuse(Fault::conflict, 0x6985, nested);
}

TEST(FileSystem, holds_128_KiB_and_not_an_octet_more) {
  make(ef({}, 1, 65535));
  make(ef({}, 2, 65535));
  refuse(Fault::limit, 0x6A84, ef({}, 3, 3));
  make(ef({}, 3, 2));
  refuse(Fault::limit, 0x6A84, ef({}, 4, 1));
  make(df(0x1001, "A0000002471001"_hex));  // a DF has no content
}

TEST(FileSystem, holds_64_files_and_not_one_more) {
  for (Fid fid = 1; fid <= kMaxFiles; ++fid) make(ef({}, fid, 1));
  refuse(Fault::limit, 0x6A84, ef({}, 100, 1));
  refuse(Fault::limit, 0x6A84, df(0x1001, "A0000002471001"_hex));
}

TEST(FileSystem, fills_with_zeros_and_writes_inside_the_file_only) {
  const auto id = make(ef({}, 1, 4));
  CHECK_BYTES("00000000"_hex, files.ef(id)->content);
  CHECK_OK(files.write(id, 1, "AABBCC"_hex));
  CHECK_BYTES("00AABBCC"_hex, files.ef(id)->content);
  LONGS_EQUAL(0x6A84, files.check_write(id, 2, 3).error().sw);
  LONGS_EQUAL(0x6B00, files.check_write(id, 4, 1).error().sw);
  LONGS_EQUAL(0x6B00, files.check_write(id, static_cast<std::size_t>(-1), 2).error().sw);
  LONGS_EQUAL(0x6986, files.check_write(static_cast<FileId>(9), 0, 1).error().sw);
  CHECK_FAULT(Fault::limit, files.write(id, 2, "010203"_hex));
  CHECK_BYTES("00AABBCC"_hex, files.ef(id)->content);
}
