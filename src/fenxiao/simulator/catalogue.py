"""What the simulated merchants sell: categories of the shipped taxonomy, made-up brands, words for titles."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Range:
    """Goods of one third-level category: what they are called and what they usually cost."""

    category_id: str
    brands: tuple[str, ...]  # made up; any likeness is chance
    nouns: tuple[str, ...]
    styles: tuple[str, ...]
    packs: tuple[str, ...]
    usual_fen: int


RANGES: tuple[Range, ...] = (
    Range(
        category_id="fb-2-17",
        brands=("馋小院", "谷田记", "山味坊"),
        nouns=("海苔脆片", "手撕牛肉干", "米酥饼干", "香辣鸭脖", "蔬菜薯片", "芝麻蛋卷"),
        styles=("低盐", "独立小包", "网红追剧", "非油炸", "办公室"),
        packs=("120g*3袋", "500g整箱", "20包礼盒", "1000g分享装"),
        usual_fen=3_990,
    ),
    Range(
        category_id="fb-2-13",
        brands=("果仁里", "谷田记", "北坡农场"),
        nouns=("每日坚果", "原味巴旦木", "开心果", "夏威夷果", "混合果干", "无核红枣"),
        styles=("轻烘焙", "当季新货", "孕妇可食", "锁鲜"),
        packs=("750g30包", "250g罐装", "500g*2袋", "1kg家庭装"),
        usual_fen=6_980,
    ),
    Range(
        category_id="fb-1-14",
        brands=("云岭茶事", "一叶舟"),
        nouns=("茉莉花茶", "正山小种红茶", "桂花乌龙", "陈皮白茶", "明前绿茶", "荞麦茶"),
        styles=("三角茶包", "高山", "冷泡", "春茶"),
        packs=("100g罐装", "30包", "250g礼盒", "50g尝鲜装"),
        usual_fen=5_900,
    ),
    Range(
        category_id="fb-1-3",
        brands=("早八点", "一叶舟"),
        nouns=("冻干咖啡粉", "挂耳咖啡", "意式拼配咖啡豆", "冷萃咖啡液", "生椰拿铁"),
        styles=("中度烘焙", "无蔗糖", "阿拉比卡", "深烘"),
        packs=("24颗", "10包*2盒", "454g", "12条"),
        usual_fen=7_900,
    ),
    Range(
        category_id="hb-3-2",
        brands=("素颜研究所", "花町", "苏木白"),
        nouns=("雾面唇釉", "气垫粉底", "十二色眼影盘", "定妆散粉", "玻尿酸面膜", "氨基酸洁面"),
        styles=("持妆", "敏感肌", "显白", "水润", "学生党"),
        packs=("3.5g", "15g*2", "单盒装", "20片", "套装"),
        usual_fen=8_900,
    ),
    Range(
        category_id="hb-3-10",
        brands=("苏木白", "发际线"),
        nouns=("生姜洗发水", "山茶花护发精油", "蓬松喷雾", "控油洗发露", "修护发膜"),
        styles=("无硅油", "留香", "去屑", "细软塌"),
        packs=("500ml", "300ml*2", "70ml", "家庭装1L"),
        usual_fen=5_900,
    ),
    Range(
        category_id="hb-3-12",
        brands=("齿白白", "苏木白"),
        nouns=("声波电动牙刷", "益生菌牙膏", "便携冲牙器", "牙线棒", "漱口水"),
        styles=("软毛", "清新薄荷", "全家", "旅行"),
        packs=("单支装", "4支装", "300支", "500ml*2"),
        usual_fen=4_900,
    ),
    Range(
        category_id="aa-1-4",
        brands=("木兰未央", "花町", "旧雨"),
        nouns=("法式碎花连衣裙", "醋酸缎面长裙", "针织连衣裙", "新中式旗袍裙", "衬衫裙"),
        styles=("收腰", "通勤", "大码", "春夏", "气质"),
        packs=("M", "S-XXL", "均码", "L-4XL"),
        usual_fen=16_900,
    ),
    Range(
        category_id="aa-1-13",
        brands=("旧雨", "青年布店", "木兰未央"),
        nouns=("纯棉T恤", "条纹衬衫", "针织开衫", "防晒衣", "连帽卫衣"),
        styles=("重磅", "宽松", "情侣", "冰丝", "基础款"),
        packs=("两件装", "S-XXL", "男女同款", "三件装"),
        usual_fen=8_900,
    ),
    Range(
        category_id="aa-8-1",
        brands=("行迹", "青年布店"),
        nouns=("缓震跑鞋", "轻便健步鞋", "复古板鞋", "透气网面鞋", "厚底老爹鞋"),
        styles=("防滑", "超轻", "春夏", "软底"),
        packs=("36-40码", "39-44码", "情侣款", "儿童款"),
        usual_fen=19_900,
    ),
    Range(
        category_id="aa-5-4",
        brands=("拎着", "旧雨"),
        nouns=("腋下包", "托特包", "斜挎小方包", "水桶包", "帆布袋"),
        styles=("通勤", "大容量", "轻便", "百搭"),
        packs=("小号", "大号", "黑色", "奶油白"),
        usual_fen=13_900,
    ),
    Range(
        category_id="ap-2-2",
        brands=("喵局长", "毛球社"),
        nouns=("豆腐猫砂", "冻干猫零食", "剑麻猫抓板", "自动饮水机", "封闭猫窝"),
        styles=("除臭", "大号", "低粉尘", "静音"),
        packs=("2.5kg*4袋", "150g", "2L", "单个"),
        usual_fen=6_900,
    ),
)

CITIES = ("杭州", "广州", "成都", "义乌", "临沂", "郑州", "厦门", "哈尔滨", "昆明", "苏州")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("小满", "一一", "阿泽", "安安", "大力", "晓雨", "十三", "木子", "可可", "北北", "老三", "阿喵", "青青", "糖糖")
CREATOR_LINES = ("好物日记", "实测", "的小店", "爱吃", "穿搭", "养猫记", "严选", "家居", "直播间", "种草")
LEADER_NAMES = ("启航招商", "聚好货联盟", "源头优选团")
SHOP_SUFFIXES = ("旗舰店", "官方店", "优选店", "工厂店", "百货店")
