// The pass before signing, and spelling of names.
#include <fstream>

#include "cicada/host/issuance/vietnamese.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using base::Fault;
using cicada::test::all_of;

TEST_GROUP(SecondPass) {
  const test::PortraitFolder folder;
  Dossier dossier;
  RuleContext context;

  void setup() override {
    dossier = test::good_dossier();
    context = folder.context();
  }
  void teardown() override {
    context = {};
  }
};

TEST(SecondPass, says_what_the_first_one_said) {
  const auto first = check(dossier, context);
  CHECK(first.dossier.has_value());
  std::filesystem::remove(folder.path() / "portrait.jpg");  // nobody looks at it again
  const auto second = recheck(dossier, first.dossier->portrait, context);
  CHECK_TEXT(second.dossier.has_value(), all_of(second.findings).c_str());
  CHECK_STRING(first.dossier->name, second.dossier->name);
  CHECK(first.dossier->portrait.jpeg == second.dossier->portrait.jpeg);
  CHECK(first.portrait == second.portrait);
}

TEST(SecondPass, sees_what_has_changed_since) {
  const auto portrait = check(dossier, context).dossier->portrait;
  context.already_issued = [](std::string_view) { return true; };
  CHECK(test::find(recheck(dossier, portrait, context).findings, "N02", "number") != nullptr);
  context = folder.context();
  context.cancelled = [](std::string_view number) { return number == "036088981207"; };
  CHECK(test::find(recheck(dossier, portrait, context).findings, "N09", "number") != nullptr);
}

TEST(SecondPass, wants_a_portrait_where_a_card_has_one) {
  const auto result = recheck(dossier, {}, context);
  CHECK(test::find(result.findings, "P01", "portrait") != nullptr);
  CHECK(!result.dossier.has_value());
}

TEST(SecondPass, lets_pass_what_a_person_released_and_nothing_else) {
  const auto portrait = check(dossier, context).dossier->portrait;
  dossier.ethnic_group = "Klingon";
  CHECK(!recheck(dossier, portrait, context).dossier.has_value());
  const auto released = recheck(dossier, portrait, context, Release::by_a_person);
  CHECK(released.dossier.has_value());
  CHECK(released.findings.at(0).severity == Severity::warn);
  dossier.sex = "?";
  CHECK(!recheck(dossier, portrait, context, Release::by_a_person).dossier.has_value());
}

TEST_GROUP(ReloadedPortrait) {
  const test::PortraitFolder folder;
  [[nodiscard]] std::filesystem::path file() const {
    return folder.path() / "portrait.jpg";
  }
};

TEST(ReloadedPortrait, is_the_one_that_was_checked) {
  const auto checked = check(test::good_dossier(), folder.context()).dossier->portrait;
  const auto again = reload_portrait(file(), checked.digest);
  CHECK_OK(again);
  CHECK(again->jpeg == checked.jpeg && again->digest == checked.digest);
  LONGS_EQUAL(480, again->width);
  LONGS_EQUAL(640, again->height);
  CHECK_FALSE(again->grey);
}

TEST(ReloadedPortrait, may_have_other_metadata) {
  const auto checked = check(test::good_dossier(), folder.context()).dossier->portrait;
  folder.put("portrait.jpg", test::with_segment(checked.jpeg, 0xFE, base::as_bytes("a word")));
  const auto again = reload_portrait(file(), checked.digest);
  CHECK_OK(again);
  CHECK(again->jpeg == checked.jpeg);
}

TEST(ReloadedPortrait, that_has_changed_is_refused) {
  const auto checked = check(test::good_dossier(), folder.context()).dossier->portrait;
  folder.put("portrait.jpg", test::make_jpeg({.width = 483, .height = 644}));
  CHECK_FAULT(Fault::security, reload_portrait(file(), checked.digest));
  folder.put("portrait.jpg", base::as_bytes("no picture"));
  CHECK_FAULT(Fault::malformed, reload_portrait(file(), checked.digest));
  std::filesystem::remove(file());
  CHECK_FAULT(Fault::not_found, reload_portrait(file(), checked.digest));
}

TEST_GROUP(Spelling) {
  const test::PortraitFolder folder;

  /// What T04 says about a name; empty when nothing.
  [[nodiscard]] std::string says(const char* name, const char* group = "Kinh") const {
    auto dossier = test::good_dossier();
    dossier.name = name;
    dossier.ethnic_group = group;
    const auto result = recheck(dossier, {}, folder.context());
    const auto* const finding = test::find(result.findings, "T04", "name");
    return finding == nullptr ? std::string{} : finding->message;
  }
};

TEST(Spelling, of_names_in_use_is_no_finding) {
  for (const auto* const name : {"Nguyễn Văn A",      "NGUYỄN THỊ QUỲNH HƯƠNG",
                                 "Trần Quốc Tuấn",    "Lê Thuý Hoà",
                                 "Lê Thúy Hòa",       "Phạm Ngọc Huyền",
                                 "Hoàng Gia Khiêm",   "Hòang Văn Giỏi",
                                 "Huỳnh Thị Ngoan",   "Võ Nguyên Giáp",
                                 "Vũ Khuê Oanh",      "Đặng Quang Ngoạn",
                                 "Bùi Xuân Uyên",     "Đỗ Ước Nguyện",
                                 "Hồ Thị Kỷ",         "Ngô Nghiêng Nước",
                                 "Dương Quý Ly",      "Lý Quyết Thắng",
                                 "Đinh Ngoéo Oong",   "Trương Út",
                                 "Mai Thuở Xưa",      "Cao Ưng Ước",
                                 "Phan Khúc Khuỷu",   "Lâm Huệ Uyển",
                                 "Tạ Yến Yêu",        "Lương Thị Gìn",
                                 "Phùng Giếng Giêng", "Trịnh Quới Quỵt",
                                 "Kiều Nghĩa",        "Ông Ích Khiêm",
                                 "Đoàn Bảo Ngân",     "Nguyễn Hoàng Nhật Huy",
                                 "Nguyễn Thuỵ Vy",    "Trần Thoại Mỹ",
                                 "Lê Khoát",          "Phạm Tuyết Nhung",
                                 "Vương Thuần"}) {
    CHECK_TEXT(says(name).empty(), (std::string{name} + ": " + says(name)).c_str());
  }
}

TEST(Spelling, that_Vietnamese_cannot_have_is_held) {
  for (const auto* const name : {"Nguyễn Vănn An", "Trần Nghuyên", "Lê Quooc Anh", "Phạm Thi Hiềnn", "Lê Cim", "Lê Kan",
                                 "Lê Ghan", "Lê Gi Ngiêm", "Lê Hoac", "Lê Hơnh", "Lê Bôich", "Lê Tât", "Lê Mac",
                                 "Lê Hập Hâp", "Lê Zũng", "Lê Wuân", "Lê Fương"}) {
    CHECK_TEXT(!says(name).empty(), name);
  }
}

TEST(Spelling, of_a_family_name_without_its_marks_is_held) {
  for (const auto& [name, meant] : {std::pair{"Nguyên Văn An", "Nguyễn"},
                                    {"Nguyển Văn An", "Nguyễn"},
                                    {"Tràn Văn An", "Trần"},
                                    {"Le Văn An", "Lê"},
                                    {"Pham Văn An", "Phạm"},
                                    {"ĐỔ VĂN AN", "Đỗ"}}) {
    STRCMP_CONTAINS(meant, says(name).c_str());
  }
  CHECK(says("Nguyễn Nguyên").empty());  // a given name
}

TEST(Spelling, of_other_languages_is_their_own) {
  for (const auto& [name, group] :
       {std::pair{"Y Thái-Sơn Niê Kđăm", "Ê-đê"}, {"K'Brịp Sê-Rin", "Cơ-ho"}, {"Khăm", "Lào"}}) {
    CHECK_TEXT(says(name, group).empty(), name);
  }
}
