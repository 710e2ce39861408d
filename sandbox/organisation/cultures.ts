/**
 * Name parts of many cultures. A part written in another script carries its usual Latin spelling after
 * a slash ("王/Wang"); people use either, and logins and addresses are made from the Latin one.
 */
export interface Culture {
  /** Share of the staff, relative to the other cultures. */
  weight: number
  given: readonly string[]
  family: readonly string[]
  /** How a display name is put together from given and family names. */
  order: 'given-family' | 'family-given' | 'two-families' | 'mononym' | 'vietnamese'
  /** No space between the parts in the native script. */
  joined?: true
}

const words = (text: string): string[] => text.trim().split(/\s+/)

export const CULTURES: readonly Culture[] = [
  {
    weight: 20,
    order: 'given-family',
    given: words(`James Olivia William Emma Henry Charlotte Thomas Amelia Robert Katherine Michael Elizabeth
      Daniel Margaret Christopher Jennifer Andrew Rebecca Joseph Samantha Nicholas Victoria Benjamin Abigail
      Matthew Deborah Alexander Patricia Edward Susan Anthony Jessica Gregory Pamela Timothy Barbara`),
    family:
      words(`Smith Johnson O'Brien Taylor Walker McDonald Wright Harrison Clarke Robinson Thompson Bennett
      Fitzgerald Carter Mitchell Campbell Parker Edwards Collins Stewart Murphy Bailey Cooper Richardson
      Howard Ward Brooks Sanders Patterson Hughes Fletcher Whitaker Ashworth Blackwood Pemberton Hawkins
      Lindqvist-Hall Barrow Caldwell Thornton`),
  },
  {
    weight: 12,
    order: 'given-family',
    given: words(`Jürgen Käthe Björn Sören Anneliese Günter Ulrike Matthias Grażyna Łukasz Zoë Åsa Jiří Věra
      François Hélène Benoît Zdeněk Małgorzata Şebnem Çağlar Øyvind Ragnhild Jūratė Žygimantas Réka Gábor
      Đorđe Ljiljana Mihály Inês João`),
    family: words(`Müller Weiß Schäfer Grüßner Kowalski Wójcik Dvořák Novotný Lefèvre Côté Gärtner Jørgensen
      Ødegård Håkansson Škoda Nguyễn-Schmidt Żebrowski Öztürk Yılmaz Kovács Szabó Horváth Popović Đukić
      Bąk Ångström Sørensen Großmann Fährmann Königsberger van.der.Berg de.la.Fontaine von.Hohenstein
      Conceição Guimarães Brânzei`),
  },
  {
    weight: 10,
    order: 'two-families',
    given: words(`José María.José Ana Luis.Miguel Carmen Ángel Lucía Iñaki Begoña Joaquín Ximena Raúl Verónica
      Andrés Inmaculada Guillermo Rocío Óscar Noemí Sebastián`),
    family: words(`García Pérez Núñez Muñoz Ibáñez Rodríguez Fernández Gutiérrez Ordóñez Castañeda Villaseñor
      Quiñones Echeverría Domínguez Álvarez Zúñiga Peñalosa Montenegro Barrios Salcedo`),
  },
  {
    weight: 12,
    order: 'given-family',
    given:
      words(`Priya Rajesh Ananya Venkatesh Lakshmi Arjun Deepika Suresh Kavitha Manoj Meenakshi Ravi Sunita
      Karthik Divya Harish Aishwarya Vijay Pooja Gopal Shreya Ashok Nandini Imran Fatima Tahir Nusrat
      Chaminda Dilhani Bikram`),
    family: words(`Sharma Iyer Krishnamurthy Patel Reddy Subramanian Nair Chatterjee Mukherjee Gupta Deshpande
      Kulkarni Rao Venkataraman Pillai Singh Kaur Banerjee Joshi Mehta Balasubramaniam Choudhury Siddiqui
      Rahman Jayawardena Perera Thapa Acharya`),
  },
  {
    weight: 11,
    order: 'family-given',
    joined: true,
    given:
      words(`伟/Wei 芳/Fang 秀英/Xiuying 娜/Na 敏/Min 静/Jing 建国/Jianguo 丽娟/Lijuan 强/Qiang 磊/Lei 洋/Yang
      晓明/Xiaoming 雨欣/Yuxin 子涵/Zihan 浩然/Haoran 思远/Siyuan 志强/Zhiqiang 美玲/Meiling 俊杰/Junjie
      文博/Wenbo 婷婷/Tingting 海燕/Haiyan`),
    family: words(`王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang 赵/Zhao 黄/Huang 周/Zhou 吴/Wu 徐/Xu 孙/Sun
      胡/Hu 朱/Zhu 高/Gao 林/Lin 何/He 郭/Guo 马/Ma 罗/Luo 欧阳/Ouyang 司马/Sima`),
  },
  {
    weight: 5,
    order: 'family-given',
    joined: true,
    given: words(`민준/Minjun 서연/Seoyeon 지우/Jiwoo 하은/Haeun 도윤/Doyun 수빈/Subin 예준/Yejun 지민/Jimin
      현우/Hyunwoo 은지/Eunji 성호/Seongho 미영/Miyoung 재현/Jaehyun 유진/Yujin`),
    family: words(`김/Kim 이/Lee 박/Park 최/Choi 정/Jung 강/Kang 조/Cho 윤/Yoon 장/Jang 임/Lim 한/Han 오/Oh
      서/Seo 신/Shin 권/Kwon`),
  },
  {
    weight: 5,
    order: 'family-given',
    given:
      words(`太郎/Taro 花子/Hanako 健一/Kenichi 由美子/Yumiko 翔太/Shota 美咲/Misaki 大輔/Daisuke 直美/Naomi
      拓也/Takuya 恵子/Keiko 亮/Ryo 彩/Aya`),
    family:
      words(`佐藤/Sato 鈴木/Suzuki 高橋/Takahashi 田中/Tanaka 渡辺/Watanabe 伊藤/Ito 山本/Yamamoto 中村/Nakamura
      小林/Kobayashi 加藤/Kato 吉田/Yoshida 斎藤/Saito`),
  },
  {
    weight: 9,
    order: 'given-family',
    given: words(`Дмитрий/Dmitry Ольга/Olga Сергей/Sergey Наталья/Natalia Алексей/Alexey Екатерина/Ekaterina
      Юрий/Yuri Мария/Maria Владимир/Vladimir Светлана/Svetlana Олександр/Oleksandr Тетяна/Tetiana
      Фёдор/Fyodor Ксения/Ksenia Илья/Ilya`),
    family: words(`Иванов/Ivanov Щербаков/Shcherbakov Кузнецов/Kuznetsov Шевченко/Shevchenko Попов/Popov
      Коваленко/Kovalenko Жуков/Zhukov Чайковский/Chaikovsky Бондаренко/Bondarenko Юдин/Yudin
      Хрущёв/Khrushchev Цветков/Tsvetkov Мельник/Melnyk Ткаченко/Tkachenko`),
  },
  {
    weight: 5,
    order: 'given-family',
    given: words(`محمد/Mohammed فاطمة/Fatima أحمد/Ahmed عائشة/Aisha يوسف/Youssef مريم/Maryam خالد/Khalid
      ليلى/Layla عمر/Omar نور/Nour حسين/Hussein سارة/Sara`),
    family: words(`الحسيني/Al-Husseini منصور/Mansour العلي/Al-Ali حداد/Haddad خوري/Khoury المصري/El-Masri
      بن.سالم/Ben.Salem الزهراني/Al-Zahrani قاسم/Qasim درويش/Darwish`),
  },
  {
    weight: 3,
    order: 'given-family',
    given:
      words(`Γιώργος/Giorgos Μαρία/Maria Κωνσταντίνος/Konstantinos Ελένη/Eleni Νίκος/Nikos Αικατερίνη/Aikaterini
      Χρήστος/Christos Δήμητρα/Dimitra`),
    family: words(`Παπαδόπουλος/Papadopoulos Γεωργίου/Georgiou Οικονόμου/Oikonomou Χατζής/Chatzis
      Αγγελόπουλος/Angelopoulos Ψαρράς/Psarras Ξενάκης/Xenakis`),
  },
  {
    weight: 5,
    order: 'vietnamese',
    given: words(`Thị.Hương Văn.Hùng Minh.Tuấn Thu.Hà Quốc.Bảo Ngọc.Ánh Đức.Anh Thanh.Thảo Hoàng.Long Mỹ.Duyên
      Phương.Linh Xuân.Trường Thùy.Dương Khánh.Ngân`),
    family: words('Nguyễn Trần Lê Phạm Hoàng Huỳnh Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý'),
  },
  {
    weight: 3,
    order: 'mononym',
    given:
      words(`Suharto Sukarno Wayan Budiono Prakash Thant Murugan Selvam Hartono Raghavan Susilowati Widodo
      Anbarasu Myint Teller Sanjeevi Kartini Supriyadi Ponnusamy Tenzin`),
    family: words('-'),
  },
]

/** Short forms people put on a profile instead of the name on their passport. */
export const NICKNAMES: Readonly<Record<string, string>> = {
  James: 'Jim',
  William: 'Bill',
  Robert: 'Bob',
  Katherine: 'Kate',
  Michael: 'Mike',
  Elizabeth: 'Liz',
  Daniel: 'Dan',
  Margaret: 'Peggy',
  Christopher: 'Chris',
  Jennifer: 'Jenny',
  Andrew: 'Drew',
  Rebecca: 'Becky',
  Joseph: 'Joe',
  Samantha: 'Sam',
  Nicholas: 'Nick',
  Victoria: 'Vicky',
  Benjamin: 'Ben',
  Abigail: 'Abby',
  Alexander: 'Sasha',
  Edward: 'Ted',
  Anthony: 'Tony',
  Timothy: 'Tim',
  José: 'Pepe',
  Guillermo: 'Memo',
  Inmaculada: 'Inma',
  Dmitry: 'Dima',
  Ekaterina: 'Katya',
  Sergey: 'Seryozha',
  Konstantinos: 'Kostas',
  Matthias: 'Matze',
  Małgorzata: 'Gosia',
}
