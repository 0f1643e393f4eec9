#include "cicada/host/issuance/rule_table.h"

#include <algorithm>
#include <array>

namespace cicada::host::issuance {
namespace {

using enum DecidedBy;
using enum Severity;
using enum Freedom;

// One rule, one entry: the columns are those of RuleInfo.
constexpr std::array kRules{
    RuleInfo{"J01", record, reject, fixed, "", "the line is not one well-formed record",
             "dòng dữ liệu không phải là một bản ghi hợp lệ"},
    RuleInfo{"J02", record, reject, fixed, "", "a key that the record does not know", "có trường không thuộc bản ghi"},
    RuleInfo{"J03", record, reject, fixed, "", "a key is missing", "thiếu trường bắt buộc"},
    RuleInfo{"J04", record, reject, fixed, "", "a value of the wrong type", "giá trị sai kiểu dữ liệu"},
    RuleInfo{"J05", journal, reject, fixed, "version", "this dossier came before, with this version or a higher one",
             "hồ sơ này đã được gửi với phiên bản này hoặc cao hơn"},
    RuleInfo{"J06", journal, reject, fixed, "", "the bureau decided against this dossier, or could not go on with it",
             "cơ quan cấp thẻ đã từ chối hoặc không thể tiếp tục xử lý hồ sơ này"},

    RuleInfo{"N01", record, reject, fixed, "number", "the number is not 12 digits", "số định danh không đủ 12 chữ số"},
    RuleInfo{"N02", journal, reject, fixed, "number", "the number is another dossier's",
             "số định danh đã có ở hồ sơ khác"},
    RuleInfo{"N03", population_source, hold, free, "number", "one person with two numbers",
             "một người có hai số định danh"},
    RuleInfo{"N04", record, hold, free, "number", "the number's digits disagree with birth year or sex",
             "các chữ số của số định danh không khớp năm sinh hoặc giới tính"},
    RuleInfo{"N05", record, warn, free, "number", "the first three digits are no province or country of birth",
             "ba chữ số đầu không phải mã tỉnh hoặc mã nước nơi đăng ký khai sinh"},
    RuleInfo{"N06", record, warn, free, "number", "the first three digits are not those of the place of birth",
             "ba chữ số đầu không phải mã của nơi sinh"},
    RuleInfo{"N07", record, reject, free, "number", "a test number: equal digits, or digits in a row",
             "số thử nghiệm: các chữ số giống nhau hoặc liên tiếp"},
    RuleInfo{"N08", record, hold, free, "old_number", "the old number is not 9 digits, or is another person's",
             "số CMND không phải 9 chữ số, hoặc trùng với người khác"},
    RuleInfo{"N09", population_source, reject, fixed, "number", "the number was cancelled", "số định danh đã bị hủy"},
    RuleInfo{"N10", record, reject, fixed, "document_number",
             "a passport's number is missing or misshapen, or a citizen card has one",
             "số hộ chiếu thiếu hoặc sai dạng, hoặc thẻ căn cước lại có số hộ chiếu"},

    RuleInfo{"D01", record, reject, fixed, "birth_date", "day or month of birth is missing",
             "thiếu ngày hoặc tháng sinh"},
    RuleInfo{"D02", batch, warn, free, "birth_date", "suspiciously many births on 1 January in one commune",
             "tỷ lệ sinh ngày 01/01 trong một xã cao bất thường"},
    RuleInfo{"D03", record, reject, fixed, "birth_date", "no such day, or not YYYY-MM-DD",
             "ngày không có trong lịch, hoặc không đúng dạng YYYY-MM-DD"},
    RuleInfo{"D04", population_source, hold, free, "birth_date", "sources disagree on the day of birth",
             "ngày sinh không thống nhất giữa các giấy tờ"},
    RuleInfo{"D05", record, reject, free, "birth_date", "the age does not allow this card, or not so",
             "độ tuổi không được cấp thẻ, hoặc không được cấp theo cách này"},
    RuleInfo{"D06", record, reject, fixed, "expiry_date", "day of issue or of expiry against the law",
             "ngày cấp hoặc ngày hết hạn trái quy định"},
    RuleInfo{"D07", record, reject, fixed, "expiry_date", "an expiry where there is none, or none where there is one",
             "ghi thời hạn khi không thời hạn, hoặc thiếu thời hạn"},

    RuleInfo{"T01", record, warn, free, "texts", "not in Unicode normal form C; normalised",
             "chưa ở dạng Unicode dựng sẵn; đã chuẩn hóa"},
    RuleInfo{"T02", record, reject, fixed, "texts", "text damaged by a wrong code page", "văn bản hỏng do sai bảng mã"},
    RuleInfo{"T03", record, reject, fixed, "texts", "look-alike, invisible or control characters",
             "có ký tự trông giống, ký tự ẩn hoặc ký tự điều khiển"},
    RuleInfo{"T04", record, hold, free, "name",
             "a word that Vietnamese cannot spell, or a family name without its marks",
             "có tiếng sai chính tả tiếng Việt, hoặc họ thiếu dấu"},
    RuleInfo{"T05", record, reject, fixed, "name", "the name is no name", "họ tên không hợp lệ"},
    RuleInfo{"T06", population_source, reject, free, "sources.mrz_name",
             "the name does not transliterate to the one supplied",
             "phiên âm họ tên khác với tên đã cung cấp cho dòng MRZ"},
    RuleInfo{"T07", population_source, warn, free, "sources.names", "another source puts the tone mark elsewhere",
             "nguồn khác đặt dấu thanh ở vị trí khác"},
    RuleInfo{"T08", population_source, hold, free, "sources.names", "another source has another name",
             "nguồn khác ghi họ tên khác"},

    RuleInfo{"A01", record, hold, free, "unit", "the unit is not in the list for that day",
             "đơn vị hành chính không có trong danh mục tại ngày đó"},
    RuleInfo{"A02", record, reject, fixed, "residence", "empty, over 255 octets, or with \"|\"",
             "để trống, dài quá 255 byte, hoặc có dấu \"|\""},
    RuleInfo{"A03", record, warn, free, "residence", "empty parts in an address; cleaned",
             "địa chỉ có phần trống; đã làm sạch"},

    RuleInfo{"S01", record, reject, fixed, "sex", "neither \"Nam\" nor \"Nữ\"", "không phải \"Nam\" hoặc \"Nữ\""},
    RuleInfo{"S02", record, hold, free, "ethnic_group", "not one of the 54 ethnic groups",
             "không thuộc danh mục 54 dân tộc"},
    RuleInfo{"S03", record, warn, free, "religion", "not in the list of religions", "không thuộc danh mục tôn giáo"},
    RuleInfo{"S04", record, reject, fixed, "nationality", "not \"Việt Nam\"", "không phải \"Việt Nam\""},

    RuleInfo{"F01", record, hold, free, "father", "a parent that cannot be one", "thông tin cha, mẹ không hợp lý"},
    RuleInfo{"F02", record, warn, free, "spouses", "a spouse while under the age of marriage",
             "có vợ hoặc chồng khi chưa đủ tuổi kết hôn"},

    RuleInfo{"P01", record, reject, fixed, "portrait", "the portrait is no whole baseline JPEG in RGB or grey",
             "ảnh chân dung không phải JPEG baseline nguyên vẹn, màu RGB hoặc xám"},
    RuleInfo{"P02", record, reject, fixed, "portrait", "the portrait's size or ratio",
             "kích thước hoặc tỷ lệ ảnh chân dung không đạt"},
    RuleInfo{"P03", population_source, hold, free, "sources.photo", "what enrolment found wrong with the portrait",
             "ảnh chân dung không đạt khi thu nhận"},
    RuleInfo{"P04", journal, reject, fixed, "portrait", "the portrait is another person's too",
             "ảnh chân dung trùng với người khác"},
    RuleInfo{"P05", population_source, hold, free, "sources.photo",
             "the portrait is older than allowed, or of another person", "ảnh chụp quá cũ, hoặc là ảnh của người khác"},

    RuleInfo{"B01", population_source, reject, free, "sources.fingerprints", "the fingerprints are another person's",
             "vân tay trùng với người khác"},
    RuleInfo{"B02", population_source, hold, free, "sources.fingerprints",
             "a finger is missing without a reason, or of low quality",
             "thiếu ngón không có lý do, hoặc chất lượng vân tay thấp"},
    RuleInfo{"B03", population_source, hold, free, "sources.fingerprints", "fingers were swapped",
             "thu nhận nhầm ngón tay"},

    RuleInfo{"X01", population_source, reject, free, "sources.population", "not in the population database",
             "chưa có trong cơ sở dữ liệu quốc gia về dân cư"},
    RuleInfo{"X02", population_source, hold, free, "sources.form_differences", "online form and counter form disagree",
             "tờ khai trực tuyến và tờ khai tại quầy không khớp"},
    RuleInfo{"X03", population_source, warn, free, "sources.delivery", "the card cannot be delivered so",
             "thông tin trả thẻ không hợp lệ"},
    RuleInfo{"X04", population_source, reject, free, "sources.population", "dead, no longer a national, or wanted",
             "đã chết, thôi quốc tịch, hoặc đang bị truy nã"},

    RuleInfo{"K01", vault, reject, fixed, "", "the document signer may not sign now, or not for so long",
             "chứng thư ký không được dùng lúc này, hoặc hết hạn trước thẻ"},
    RuleInfo{"K02", vault, reject, fixed, "", "the document signer's algorithm or its CSCA is not the profile's",
             "thuật toán của chứng thư ký hoặc CSCA không đúng cấu hình"},
    RuleInfo{"K03", vault, reject, fixed, "", "the transport key does not fit the chip",
             "khóa vận chuyển không khớp với chip"},

    RuleInfo{"C01", chip_line, reject, fixed, "", "the chip is not blank, not of the lot, or was seen before",
             "chip không còn trắng, không thuộc lô, hoặc đã gặp trước đó"},
    RuleInfo{"C02", chip_line, reject, fixed, "", "the files do not fit the chip or their lists",
             "các tệp không vừa chip hoặc không khớp danh sách"},
    RuleInfo{"C03", chip_line, reject, fixed, "", "data groups of one card tell of two people",
             "các nhóm dữ liệu trên cùng một thẻ không thống nhất"},
    RuleInfo{"C04", chip_line, reject, fixed, "",
             "what was read back is not what was written, or the chip is not genuine or not locked",
             "dữ liệu đọc lại khác dữ liệu đã ghi, hoặc chip không xác thực được hay chưa khóa"},
    RuleInfo{"C05", chip_line, reject, fixed, "", "a second good card for one dossier, or the cards do not balance",
             "thẻ thứ hai cho cùng một hồ sơ, hoặc số thẻ không cân đối"},
    RuleInfo{"C06", chip_line, hold, fixed, "", "the card was torn off while it was written: its state is unknown",
             "thẻ bị rút khi đang ghi: không rõ trạng thái"},
};

}  // namespace

std::string_view to_string(DecidedBy decider) noexcept {
  switch (decider) {
    case record: return "record";
    case batch: return "batch";
    case journal: return "journal";
    case population_source: return "population source";
    case chip_line: return "chip line";
    case vault: return "vault";
  }
  return "";
}

std::span<const RuleInfo> all_rules() noexcept {
  return kRules;
}

const RuleInfo* rule_info(std::string_view code) noexcept {
  const auto* const found = std::ranges::find(kRules, code, &RuleInfo::code);
  return found == kRules.end() ? nullptr : found;
}

const RuleInfo* rule_at_start_of(std::string_view text) noexcept {
  constexpr std::size_t kCodeSize = 3;
  const bool alone = text.size() <= kCodeSize || text[kCodeSize] == ' ' || text[kCodeSize] == ':';
  return alone ? rule_info(text.substr(0, kCodeSize)) : nullptr;
}

Finding finding_of(const RuleInfo& rule, std::string_view value) {
  return {.rule = std::string{rule.code},
          .field = std::string{rule.field},
          .value = printable(value),
          .message = std::string{rule.english},
          .severity = rule.severity,
          .message_vi = std::string{rule.vietnamese}};
}

}  // namespace cicada::host::issuance
