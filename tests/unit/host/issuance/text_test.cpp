// Normal forms, damage and cleaning: T01, T02, T03.
#include <vector>

#include "cicada/host/issuance/vietnamese.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::base::Fault;
using cicada::test::all_of;

namespace {

/// Every letter with a mark, by hand, as the alphabet has them.
constexpr std::u32string_view kLetters =
    U"àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"
    U"ÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴĐ";

Findings findings_of(std::string_view text, std::string* clean = nullptr) {
  Findings findings;
  auto cleaned = clean_text(text, "name", findings);
  if (clean != nullptr) *clean = std::move(cleaned);
  return findings;
}

/// The text must get exactly this one finding.
void expect(const char* rule, Severity severity, std::string_view text, const char* clean = nullptr) {
  std::string cleaned;
  const auto findings = findings_of(text, &cleaned);
  const auto shown = std::string{text} + "\n" + all_of(findings);
  CHECK_TEXT(findings.size() == 1 && findings[0].rule == rule && findings[0].severity == severity, shown.c_str());
  CHECK_STRING("name", findings[0].field);
  if (clean != nullptr) CHECK_STRING(clean, cleaned);
}

}  // namespace

TEST_GROUP(VietnameseText){};

TEST(VietnameseText, alphabet_has_134_letters_with_marks) {
  LONGS_EQUAL(134, kLetters.size());
  int count = 0;
  for (char32_t letter = 0; letter < 0x3000; ++letter) count += is_vietnamese_letter(letter) ? 1 : 0;
  LONGS_EQUAL(134, count);
  for (const auto letter : kLetters) CHECK(is_vietnamese_letter(letter));
  CHECK_FALSE(is_vietnamese_letter(U'a'));
  CHECK_FALSE(is_vietnamese_letter(U'ð'));
  CHECK_FALSE(is_vietnamese_letter(U'ñ'));
}

TEST(VietnameseText, that_is_clean_stays_as_it_is) {
  for (const std::string_view text :
       {"Nguyễn Văn Mẫu", "NGUYỄN THỊ HOÀNG OANH", "Số 215/3 ngõ 4, phố Đào Duy Từ (cũ), P. Hàng Buồm, TP. Hà Nội",
        "Nốt ruồi C: 1cm dưới mép trái; sẹo 2,5 cm", "H'Yuêl Niê Kđăm", "K’Brể", "Ê-đê", "Bru-Vân Kiều",
        "25 m² – tầng 3", "Hòa Bình, Hoà Bình", "Khuỷu tay, ngoằn ngoèo, quạu quọ, thuở",
        "Krông Búk, Plei Mơ Nú, Ia Grai, Brâu", ""}) {
    std::string cleaned;
    const auto findings = findings_of(text, &cleaned);
    CHECK_TEXT(findings.empty(), (std::string{text} + "\n" + all_of(findings)).c_str());
    CHECK_STRING(std::string{text}, cleaned);
  }
}

TEST(VietnameseText, in_three_forms_becomes_one) {
  // ế precomposed, decomposed in either order of marks, half decomposed.
  for (const auto* const text : {"\u1EBF", "e\u0302\u0301", "\u00EA\u0301"}) CHECK_STRING("\u1EBF", *to_nfc(text));
  // ộ: the dot below sorts before the circumflex; ự: horn, then dot.
  for (const auto* const text : {"o\u0302\u0323", "o\u0323\u0302", "\u00F4\u0323", "\u1ECD\u0302"}) {
    CHECK_STRING("\u1ED9", *to_nfc(text));
  }
  for (const auto* const text : {"u\u031B\u0323", "\u01B0\u0323", "\u1EE5\u031B"})
    CHECK_STRING("\u1EF1", *to_nfc(text));
  // Đ has no decomposition.
  CHECK_STRING("\u0110", *to_nfc("\u0110"));
  const auto broken = to_nfc("ab\xC3");
  CHECK_FAULT(Fault::bad_input, broken);
  LONGS_EQUAL(2, *broken.error().at);
}

TEST(VietnameseText, every_letter_comes_back_from_every_form) {
  for (const auto letter : kLetters) {
    const auto text = [&] {
      std::string octets;
      const auto code = static_cast<std::uint32_t>(letter);
      if (code < 0x800) {
        octets = {static_cast<char>(0xC0 | (code >> 6U)), static_cast<char>(0x80 | (code & 0x3FU))};
      } else {
        octets = {static_cast<char>(0xE0 | (code >> 12U)), static_cast<char>(0x80 | ((code >> 6U) & 0x3FU)),
                  static_cast<char>(0x80 | (code & 0x3FU))};
      }
      return octets;
    }();
    CHECK_STRING(text, *to_nfc(text));
    const auto spelled = transliterate(text);
    CHECK_OK(spelled);
    LONGS_EQUAL(1, spelled->primary.size());
  }
}

TEST(VietnameseText, decomposed_is_normalised_with_a_warning) {
  expect("T01", Severity::warn, "Nguye\u0302\u0303n Va\u0306n Ma\u0302\u0303u", "Nguyễn Văn Mẫu");
  expect("T01", Severity::warn, "Nguy\u00EA\u0303n", "Nguyễn");
  expect("T01", Severity::warn, "Nguyễn Va\u0306n", "Nguyễn Văn");
}

TEST(VietnameseText, from_an_old_code_page_is_refused) {
  // UTF-8 read as Windows-1252, as Latin-1 (control characters), and a no-break space that is half a letter.
  expect("T02", Severity::reject, "Nguyá»…n VÄƒn Máº«u");
  expect("T02", Severity::reject, "Tr\u00E1\u00BA\u00A7n");
  expect("T02", Severity::reject, "\u00C4\u2018ang");
  for (const auto* const text : {"H\u00C3\u00A0", "H\u00C3\u00A0 N\u00E1\u00BB\u2122i"}) {
    const auto findings = findings_of(text);
    CHECK(test::find(findings, "T02", "name") != nullptr);
  }
  // TCVN3: đ, ă, à are signs; ễ, ầ are capitals.
  expect("T02", Severity::reject, "NguyÔn V¨n MÉu");
  expect("T02", Severity::reject, "§øc");
  expect("T02", Severity::reject, "Hµ Néi");
  expect("T02", Severity::reject, "TrÇn");
  // ư is a soft hyphen there: a cleaner that drops it would make another name.
  const auto luu = findings_of("L\u00ADu");
  CHECK(test::find(luu, "T02", "name") != nullptr);
  // VNI: base letter and mark are two characters.
  expect("T02", Severity::reject, "Nguyeãn Vaên Maãu");
  expect("T02", Severity::reject, "TRAÀN");
  expect("T02", Severity::reject, "Haø Noäi");
}

TEST(VietnameseText, with_lost_letters_is_refused) {
  expect("T02", Severity::reject, "Nguy?n Van");
  expect("T02", Severity::reject, "Tr?n");
  expect("T02", Severity::reject, "?inh");
  expect("T02", Severity::reject, "Nguy\uFFFDn");
  expect("T02", Severity::reject, "Nguy\xC3n");  // not UTF-8 at all
}

TEST(VietnameseText, with_letters_of_other_languages_is_held) {
  expect("T02", Severity::hold, "Müller");
  expect("T02", Severity::hold, "Bïi");
  expect("T02", Severity::hold, "Muñoz");
}

TEST(VietnameseText, with_eth_for_d_is_corrected) {
  expect("T03", Severity::warn, "\u00D0inh V\u0103n \u00D0\u1EE9c", "\u0110inh V\u0103n \u0110\u1EE9c");
  expect("T03", Severity::warn, "\u00F0\u01B0\u1EDDng", "\u0111\u01B0\u1EDDng");
  expect("T03", Severity::warn, "\u0189inh", "\u0110inh");
}

TEST(VietnameseText, with_odd_spaces_is_cleaned) {
  expect("T03", Severity::warn, "Lê\u00A0Văn", "Lê Văn");
  expect("T03", Severity::warn, "Lê\tVăn", "Lê Văn");
  expect("T03", Severity::warn, "Lê\u3000Văn", "Lê Văn");
  expect("T03", Severity::warn, "Lê \u200BVăn\uFEFF", "Lê Văn");
}

TEST(VietnameseText, with_look_alikes_or_controls_is_refused) {
  expect("T03", Severity::reject, "Tr\u0430n");                // Cyrillic a
  expect("T03", Severity::reject, "L\u00EA V\u0103n \u039F");  // Greek O
  expect("T03", Severity::reject, "\uFF2Cê");                  // full-width L
  expect("T03", Severity::reject, "Lê\nVăn");
  expect("T03", Severity::reject, std::string_view{"L\0ê", 4});
  expect("T03", Severity::reject, "Lê \u202EVăn");       // right-to-left override
  expect("T03", Severity::reject, "L\u1EBF\u0309 Văn");  // a second tone has no letter of its own
  expect("T03", Severity::reject, "Lê \uE000");          // private use
}

TEST(VietnameseText, is_shown_without_what_cannot_be_seen) {
  CHECK_STRING("Lê\\u{200B}\\u{0009}\\u{00A0}Văn", printable("Lê\u200B\t\u00A0Văn"));
  CHECK_STRING("a\\x{C3}(", printable("a\xC3("));
  CHECK_STRING("\\u{001B}[31m", printable("\x1B[31m"));
  CHECK_STRING("ếếế...", printable("ếếếế", 3));
  CHECK_STRING("ếếếế", printable("ếếếế", 4));
  CHECK_STRING("", printable(""));
}

TEST_GROUP(Names){};

TEST(Names, are_spelled_for_the_zone) {
  struct Case {
    const char* name;
    const char* primary;
    const char* secondary;
  };
  for (const auto& [name, primary, secondary] : {
           Case{"Nguyễn Văn Mẫu", "NGUYEN", "VAN MAU"},
           Case{"ĐẶNG THỊ ĐÀO", "DANG", "THI DAO"},
           Case{"đinh bộ lĩnh", "DINH", "BO LINH"},
           Case{"Ơ Ư Ă Â Ê Ô", "O", "U A A E O"},
           Case{"Ye\u0302\u0301n", "YEN", ""},
           Case{"Y", "Y", ""},
           Case{"H'Yuêl Niê Kđăm", "HYUEL", "NIE KDAM"},
           Case{"H’Lan H\u02BCBia", "HLAN", "HBIA"},
           Case{"Ksor Y-Blăk", "KSOR", "Y BLAK"},
           Case{"Rơ-Châm Hiêng", "RO CHAM", "HIENG"},
           Case{"K'", "K", ""},
           Case{"Nguyễn Phan-", "NGUYEN", "PHAN"},
       }) {
    const auto spelled = transliterate(name);
    CHECK_OK(spelled);
    CHECK_STRING(primary, spelled->primary);
    CHECK_STRING(secondary, spelled->secondary);
  }
}

TEST(Names, without_a_spelling_are_refused) {
  CHECK_FAULT(Fault::bad_input, transliterate(""));
  CHECK_FAULT(Fault::bad_input, transliterate("' -"));
  CHECK_FAULT(Fault::bad_input, transliterate("Tr\u0430n"));
  CHECK_FAULT(Fault::bad_input, transliterate("L\u00F8"));
  CHECK_FAULT(Fault::bad_input, transliterate("Lê 2"));
  CHECK_FAULT(Fault::bad_input, transliterate("\xFF"));
}

TEST(Names, that_a_card_can_hold_pass) {
  for (const auto* const name : {"Nguyễn Văn Mẫu", "H'Yuêl Niê Kđăm", "Ksor Y-Blăk", "K’Brể Ê-ban"}) {
    Findings findings;
    check_name(name, "name", NameOf::holder, findings);
    CHECK_TEXT(findings.empty(), (name + all_of(findings)).c_str());
  }
}

TEST(Names, that_no_card_can_hold_are_refused) {
  const std::string too_long(101, 'A');
  for (const auto& name : std::vector<std::string>{"", " Lê Văn", "Lê Văn ", "Lê  Văn", "Lê Văn 2", "Lê Văn (Tèo)",
                                                   "Lê_Văn", "-", "Lê|Văn", too_long}) {
    Findings findings;
    check_name(name, "name", NameOf::holder, findings);
    CHECK_TEXT(findings.size() == 1 && findings[0].rule == "T05" && findings[0].severity == Severity::reject,
               name.c_str());
  }
}

TEST(Names, of_one_word_or_cut_in_the_zone_only_warn) {
  Findings findings;
  check_name("Nhưn", "name", NameOf::holder, findings);
  check_name("Công Tằng Tôn Nữ Huyền Trân Phương Thảo", "name", NameOf::holder, findings);
  LONGS_EQUAL(2, findings.size());
  for (const auto& finding : findings) CHECK(finding.rule == "T05" && finding.severity == Severity::warn);
  STRCMP_CONTAINS("CONG<<TANG<TON<NU<HUYEN<TRAN<P", findings[1].message.c_str());
}

TEST(Names, of_relatives_may_be_absent_or_short) {
  Findings findings;
  check_name("", "father", NameOf::relative, findings);
  check_name("Nhưn", "father", NameOf::relative, findings);
  LONGS_EQUAL(0, findings.size());
  check_name("Lê 2", "father", NameOf::relative, findings);
  LONGS_EQUAL(1, findings.size());
  CHECK_STRING("father", findings[0].field);
}

TEST(Names, are_folded_for_comparing_only) {
  CHECK_STRING("hmong", fold("H'Mông"));
  CHECK_STRING("hmong", fold("HMông"));
  CHECK_STRING("bruvankieu", fold("Bru - Vân Kiều"));
  CHECK_STRING("ede", fold("Ê-đê"));
}
